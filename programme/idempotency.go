package programme

// SavedResponse is the answer to a request that carried an Idempotency-Key, kept for at least 24 hours of real time, so
// that a repeat of the request is answered alike and does nothing. Only executed requests are kept.
type SavedResponse struct {
	Status      int // HTTP status
	ContentType string
	Location    string // header, or empty
	Body        []byte
}
