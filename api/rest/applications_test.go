package rest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fairlead/api"
	"fairlead/programme"
)

// byApplication makes the cohort of the tests one to which people apply.
func byApplication(t *testing.T) *bundle {
	b := setup(t)
	c := b.store.cohorts["2027-spring"]
	c.Route = programme.RouteApplication
	b.store.cohorts[c.Name] = c
	j := enrolled()
	j.State = programme.UnderReview
	b.store.journeys = map[string]programme.Journey{ref: j}
	return b
}

func TestApplicationsAreListed(t *testing.T) {
	t.Parallel()
	b := byApplication(t)
	var page struct{ Items []application }
	b.as(coordinator, "GET", "/cohorts/2027-spring/applications?state=under_review", "").want(http.StatusOK).into(&page)
	if len(page.Items) != 1 || page.Items[0].Decision != programme.DecideOffer || page.Items[0].Released != nil || page.Items[0].Name == "" ||
		b.store.filter.State != programme.UnderReview {
		t.Errorf("%+v, filter %+v", page, b.store.filter)
	}
	b.as(ops, "GET", "/cohorts/2027-spring/applications", "").want(http.StatusOK).into(&page)
	if page.Items[0].Name != "" {
		t.Error("ops read a name")
	}
	b.as(coordinator, "GET", "/cohorts/2027-spring/applications?state=lost", "").want(http.StatusUnprocessableEntity)
}

func TestRelease(t *testing.T) {
	t.Parallel()
	const path = "/cohorts/2027-spring/release"
	t.Run("dry run", func(t *testing.T) {
		t.Parallel()
		b := byApplication(t)
		var got releaseResult
		b.as(coordinator, "POST", path+"?dry_run=true", `{"reason":"other","note":"`+marker+`"}`).want(http.StatusOK).into(&got)
		if !got.DryRun || got.Count != 1 || got.Offers != 1 || got.Free != 3 || got.Operation != nil || got.People[0].Message != programme.MsgOffer {
			t.Errorf("%+v", got)
		}
	})
	t.Run("accepted, once for each key", func(t *testing.T) {
		t.Parallel()
		b := byApplication(t)
		var got releaseResult
		for range 2 {
			answer := b.as(coordinator, "POST", path, `{"reason":"other","refs":["P-7F3K2Q"]}`, idempotencyHeader, "once").want(http.StatusAccepted)
			answer.into(&got)
			if answer.header.Get("Location") != Base+"/operations/op-release" {
				t.Error(answer.header)
			}
		}
		if got.Operation == nil || got.Operation.Kind != "release" || !slices.Equal(b.store.releases, []string{"[P-7F3K2Q]otherstaff:desk-coordinatorfalse"}) {
			t.Errorf("%+v, released %q", got, b.store.releases)
		}
	})
	t.Run("refused whole", func(t *testing.T) {
		t.Parallel()
		b := byApplication(t)
		b.store.releaseErr = &programme.Illegal{What: "release", State: "2 places are free", Why: "There are 3 offers to release."}
		if answer := b.as(coordinator, "POST", path, `{"reason":"other"}`).want(http.StatusConflict).kind(api.NotLegalNow); !strings.Contains(answer.body, "2 places are free") {
			t.Error(answer.body)
		}
		b.store.releaseErr = programme.Refuse("refs", "P-7F3K2Q has no decision that could be released: it is submitted.")
		b.as(coordinator, "POST", path, `{"reason":"other","refs":["P-7F3K2Q"]}`).want(http.StatusUnprocessableEntity).pointsAt("#/refs")
		b.as(coordinator, "POST", path, `{"reason":"because"}`).want(http.StatusUnprocessableEntity).pointsAt("#/reason")
	})
}

func TestLateCodes(t *testing.T) {
	t.Parallel()
	const path = "/cohorts/2027-spring/late-codes"
	b := byApplication(t)
	b.as(coordinator, "POST", path, `{"expires_on":"soon"}`).want(http.StatusUnprocessableEntity)
	b.as(coordinator, "POST", path, `{"expires_on":"2026-01-01"}`).want(http.StatusUnprocessableEntity).pointsAt("#/expires_on")
	var issued lateCode
	b.as(coordinator, "POST", path, `{"expires_on":"2026-12-01","note":"was in hospital"}`).want(http.StatusCreated).into(&issued)
	if issued.Code != "K7M2QX9PRT" || issued.IssuedBy != "staff:desk-coordinator" {
		t.Errorf("%+v", issued)
	}
	list := b.as(coordinator, "GET", path, "").want(http.StatusOK)
	if strings.Contains(list.body, issued.Code) || !strings.Contains(list.body, "was in hospital") {
		t.Error(list.body)
	}
}

// The applications of the fake store.

func (s *fakeStore) Applicants(_ context.Context, cohort string, state programme.JourneyState, after string, limit int) ([]programme.Applicant, string, error) {
	if s.cohorts[cohort].Route != programme.RouteApplication {
		return nil, "", programme.ErrNotFound
	}
	journeys, next, err := s.Journeys(context.Background(), programme.JourneyFilter{Cohort: cohort, State: state}, after, limit)
	found := make([]programme.Applicant, len(journeys))
	for i, j := range journeys {
		found[i] = programme.Applicant{Journey: j, Submitted: s.now(), Decision: programme.DecideOffer, Decided: s.now()}
	}
	return found, next, err
}

func (s *fakeStore) Release(_ context.Context, cohort string, order programme.ReleaseOrder, _ time.Time) (programme.Release, error) {
	if s.cohorts[cohort].Route != programme.RouteApplication {
		return programme.Release{}, programme.ErrNotFound
	}
	if s.releaseErr != nil {
		return programme.Release{}, s.releaseErr
	}
	s.releases = append(s.releases, fmt.Sprint(order.Refs, order.Reason, order.Note, order.Actor, order.DryRun))
	r := programme.Release{Free: 3, People: []programme.Released{{Ref: "P-7F3K2Q", Name: "Dr Helen Nguyen", Decision: programme.DecideOffer, Message: programme.MsgOffer}}}
	if s.release.People != nil {
		r.People = s.release.People
	}
	if !order.DryRun {
		r.Operation = programme.Operation{ID: "op-release", Kind: "release", Cohort: cohort, State: "running", Total: 1}
	}
	return r, nil
}

func (s *fakeStore) IssueLateCode(_ context.Context, cohort string, expires programme.Date, note, actor string, at time.Time) (programme.LateCode, error) {
	if s.cohorts[cohort].Route != programme.RouteApplication {
		return programme.LateCode{}, programme.ErrNotFound
	}
	if !at.Before(expires.At(17, 0)) {
		return programme.LateCode{}, programme.Refuse("expires_on", "Choose a day that is still to come.")
	}
	s.codes = append(s.codes, programme.LateCode{ID: "1", Cohort: cohort, Expires: expires.At(17, 0), Note: note, IssuedBy: actor, Issued: at})
	issued := s.codes[0]
	issued.Code = "K7M2QX9PRT"
	return issued, nil
}

func (s *fakeStore) LateCodes(_ context.Context, cohort, _ string, _ int) ([]programme.LateCode, string, error) {
	if s.cohorts[cohort].Route != programme.RouteApplication {
		return nil, "", programme.ErrNotFound
	}
	return s.codes, "", nil
}
