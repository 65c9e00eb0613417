package programme

// MayMove reports whether the journey may go to a state. Unlike JourneyState.CanMove it knows what lies beneath a hold:
// a held journey goes on only to the state that was held, or to where that state may go.
func (j Journey) MayMove(to JourneyState) bool {
	if j.State != OnHold {
		return j.State.CanMove(to)
	}
	return j.State.CanMove(to) && (to == j.HeldState || j.HeldState.CanMove(to))
}
