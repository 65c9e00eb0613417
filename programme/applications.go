package programme

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"
)

// The parts of a selection by application, one after another in its one stage: the application itself is the first,
// without a name.
const (
	PartReview Part = "review" // staff decide; whoever is on the waiting list stays in it
	PartOffer  Part = "offer"  // a place is held until the offer is answered
)

// Decision is what staff decide on an application. It is recorded quietly: nobody is told before it is released.
type Decision string

// The decisions on an application.
const (
	DecideOffer    Decision = "offer"
	DecideWaitlist Decision = "waitlist"
	DecideReject   Decision = "reject"
)

// DecisionMove is what the history calls the move that records a decision; of none, how all of them begin.
func DecisionMove(d Decision) string { return string(CmdDecide) + ": " + string(d) }

// Decisions lists them in the order staff read them.
func Decisions() []Decision { return []Decision{DecideOffer, DecideWaitlist, DecideReject} }

// State is what an application becomes when the decision is released; empty for what is none.
func (d Decision) State() JourneyState {
	switch d {
	case DecideOffer:
		return Offered
	case DecideWaitlist:
		return Waitlisted
	case DecideReject:
		return Rejected
	}
	return ""
}

// Message is the mail that tells the applicant.
func (d Decision) Message() string {
	switch d {
	case DecideOffer:
		return MsgOffer
	case DecideWaitlist:
		return MsgApplicationWaitlisted
	case DecideReject:
		return MsgApplicationRejected
	}
	return ""
}

// How the selection of a cohort by application differs from the blueprint's invitations.
const applicationTitle = "Your application"

var (
	applicationLadder = Ladder{Before: []int{7, 3, 1}}
	offerLadder       = Ladder{After: []int{3, 7}}
)

// InSelection reports whether somebody in this state is still being chosen: nothing but selection opens for them.
func (s JourneyState) InSelection() bool { return s == Invited || s == Offered || s.applicant() }

// OfferLadder is the cadence of reminders of an offer.
func OfferLadder() Ladder { return offerLadder }

// ApplicationDates are the moments of a cohort's selection by application: applications open at 06:00 London and close
// at 17:00 of a Thursday, hard; by Decided and Released staff have recorded and told their decisions.
type ApplicationDates struct {
	Opens, Closes, Decided, Released time.Time
}

// ApplicationDates works them out; ErrNotFound where the blueprint takes no applications.
func (b Blueprint) ApplicationDates(c Cohort, cal Calendar) (ApplicationDates, error) {
	selection, found := b.kind(KindSelection)
	if !found || selection.Application == nil {
		return ApplicationDates{}, fmt.Errorf("applications of blueprint %q: %w", b.Name, ErrNotFound)
	}
	selection, err := b.StageIn(c, selection.Name)
	if err != nil {
		return ApplicationDates{}, err
	}
	weeks := *selection.Application
	blocked := b.ResidentialDays(c)
	thursdayOf := func(week int) time.Time {
		return cal.Forward(weekOf(c, week).AddDays(thursday), blocked).At(deadlineHour, 0)
	}
	return ApplicationDates{Opens: cal.Forward(weekOf(c, weeks.Opens), blocked).At(openingHour, 0), Closes: thursdayOf(weeks.Closes),
		Decided: thursdayOf(weeks.Decided), Released: thursdayOf(weeks.Released)}, nil
}

// Selecting is the blueprint's stage in which people are chosen.
func (b Blueprint) Selecting() (BlueprintStage, bool) { return b.kind(KindSelection) }

// OfferDue is until when an offer whose mail goes at request can be answered: as many working days as an invitation has,
// never past the last joining day.
func (b Blueprint) OfferDue(c Cohort, cal Calendar, request time.Time, blocked func(Date) bool) time.Time {
	days := defaultNotice
	selection, _ := b.kind(KindSelection)
	if selection.DueAfter > 0 {
		days = selection.DueAfter
	}
	due := cal.Add(DateOf(request), days, blocked)
	if end, bounded := b.bound(c, selection, cal, blocked); bounded {
		due = earliest(due, end)
	}
	return latest(due, DateOf(request)).At(deadlineHour, 0)
}

// byApplication is a selection as a cohort runs it to which people apply.
func (s BlueprintStage) byApplication(own StageOverride) BlueprintStage {
	weeks := *s.Application
	if own.OpensWeek != nil {
		weeks.Opens = *own.OpensWeek
	}
	if own.DueWeek != nil {
		weeks.Closes = *own.DueWeek
	}
	s.Applies, s.Hard, s.Application, s.Title = true, true, &weeks, applicationTitle
	switch {
	case own.NoReminders:
		s.Ladder = Ladder{}
	case len(own.Ladder) > 0:
		s.Ladder = Ladder{Before: own.Ladder}
	default:
		s.Ladder = applicationLadder
	}
	return s
}

// ReadCode is a late code as it is kept, whatever case, spaces and hyphens it was typed with.
func ReadCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, typed)
}

// LateCode lets one person apply after the deadline. The code itself is shown once, when it is issued.
type LateCode struct {
	ID       string
	Cohort   string
	Code     string // only in the answer to whoever issued it
	Expires  time.Time
	Note     string
	IssuedBy string
	Issued   time.Time
	UsedBy   string // address of whoever used it, or empty
	Used     time.Time
	Ref      string // the application it opened, or empty
}

// Applicant is one application as staff read it, and as the applicant's page shows it.
type Applicant struct {
	Journey   Journey
	Submitted time.Time // zero while it was not sent
	Deadline  time.Time // until when it may be sent or changed: the cohort's, or a late code's
	Decision  Decision  // recorded, or empty
	Decided   time.Time
	Released  time.Time // zero while nobody was told
	Answers   Answers   // of an application that was sent, without equality answers; empty in lists
	Reference string    // of what was sent, to quote
	Offer     string    // the ask of an offer that is open, or empty
	Place     int       // on the waiting list, from 1; only where that is listed
}

// ReleaseOrder asks for recorded decisions of a cohort to be told.
type ReleaseOrder struct {
	Refs   []string // only these; empty: all that were not told yet
	Seen   string   // the Shows of the preview from which the order comes, empty where there was none
	Reason string
	Note   string
	Actor  string
	DryRun bool // say whom it would tell what, and change nothing
}

// Release is what releasing the recorded decisions of a cohort does, or would do.
type Release struct {
	Operation Operation
	People    []Released
	Free      int // places free before it
}

// Released is one application of a release.
type Released struct {
	Ref      string   `json:"ref"`
	Name     string   `json:"name"`
	Decision Decision `json:"decision"`
	Message  string   `json:"message"` // the mail that goes
}

// Shows stands for whom a release tells what: another where anybody came in, left or was decided on anew.
func (r Release) Shows() string {
	sum := sha256.New()
	for _, p := range r.People {
		_, _ = io.WriteString(sum, p.Ref+" "+string(p.Decision)+"\n") // a hash takes everything
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Offers counts the offers of a release: each takes a place.
func (r Release) Offers() (n int) {
	for _, p := range r.People {
		if p.Decision == DecideOffer {
			n++
		}
	}
	return n
}
