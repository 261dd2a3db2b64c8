package apitest

import (
	"net/http/httptest"
	"time"
)

// TimedWriter is a http.ResponseWriter that notes how much is written under one deadline.
type TimedWriter struct {
	*httptest.ResponseRecorder
	Most int // bytes

	under int
}

// NewTimedWriter returns a writer to which nothing was written.
func NewTimedWriter() *TimedWriter { return &TimedWriter{ResponseRecorder: httptest.NewRecorder()} }

// SetReadDeadline does nothing.
func (w *TimedWriter) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline begins to count anew.
func (w *TimedWriter) SetWriteDeadline(time.Time) error {
	w.under = 0
	return nil
}

// Write counts b.
func (w *TimedWriter) Write(b []byte) (int, error) {
	w.under += len(b)
	w.Most = max(w.Most, w.under)
	return w.ResponseRecorder.Write(b)
}
