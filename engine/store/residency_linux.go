package store

import "golang.org/x/sys/unix"

// dropPages unmaps the pages of a shared file mapping; the next read of one
// maps it again.
func dropPages(address uintptr, bytes int64) error {
	if _, _, errno := unix.Syscall(unix.SYS_MADVISE, address, uintptr(bytes), unix.MADV_DONTNEED); errno != 0 {
		return errno
	}
	return nil
}
