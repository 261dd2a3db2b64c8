// Package notify tells HTTP servers, and peers that ask for it, what triggers have
// done.
//
// A Notifier tells HTTP servers. It follows the journal. The engine says of each
// commit whether one of its entries asks for a notification (*http_post,
// *http_post_async, *export); only those are read again. So a charge waits for nobody, nothing is sent that is
// not on the disk, and a notification that could not be sent is not lost: the
// position up to which everything was delivered is kept in a file, and a start
// goes on there. Delivery is at least once; the header Idempotency-Key is the
// same each time.
//
// Each server gets its notifications one after the other, in the order of the
// journal. One that fails or hangs is tried again with growing pauses, and holds
// up no other until PendingMax notifications wait.
//
// Nothing is sent to an address that is not allowed: who may define actions
// shall not reach every server that this machine reaches.
//
// A Feed tells peers of a connection in both directions that have subscribed,
// of every firing of a tenant. It follows the journal in the same way, but keeps
// no position: a peer says behind which entry it resumes. Each subscription has
// one call on its way and reads on when that is answered, so a peer that is slow
// holds up nobody but itself.
package notify
