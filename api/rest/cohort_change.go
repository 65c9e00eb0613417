package rest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"fairlead/api"
	"fairlead/programme"
)

type cohortChange struct {
	Places    *int                               `json:"places,omitempty" minimum:"1" maximum:"100000" doc:"Never fewer than are held, nor more than each event has room for"`
	Owner     *string                            `json:"owner,omitempty" maxLength:"254" doc:"Staff address"`
	Deputy    *string                            `json:"deputy,omitempty" maxLength:"254" doc:"Staff address"`
	Signatory *string                            `json:"signatory,omitempty" maxLength:"200"`
	Contact   *string                            `json:"contact,omitempty" maxLength:"254"`
	Openings  map[string]string                  `json:"openings,omitempty" doc:"Opening paragraphs by message; empty text returns to the usual one"`
	Sittings  map[string][]sittingChange         `json:"sittings,omitempty" doc:"The dates of events by stage, replacing what the cohort had for that stage. Where leaders hold places the names stay, and a date moves by a reschedule"`
	Overrides map[string]programme.StageOverride `json:"overrides,omitempty" doc:"Dates and cadence by stage, replacing what the cohort had for that stage; {} returns to the blueprint's"`
}

type changeCohortInput struct {
	CohortPath
	IfMatch string `header:"If-Match" doc:"The ETag that was read"`
	Body    cohortChange
}

func (a *API) changeCohort(ctx context.Context, in *changeCohortInput) (*cohortOutput, error) {
	if in.IfMatch == "" {
		return nil, api.NewProblem(api.PreconditionRequired, "Send the cohort's ETag in the header If-Match.")
	}
	c, err := a.o.Store.Cohort(ctx, in.Cohort)
	if err != nil {
		return nil, err
	}
	if !matches(in.IfMatch, etag(c.Version)) {
		return nil, api.NewProblem(api.Changed, "The cohort is no longer the one you read.").With("ETag", etag(c.Version))
	}
	b, err := a.blueprintNamed(c.Blueprint)
	if err != nil {
		return nil, err
	}
	c.By = callerOf(ctx).actor()
	changed, err := a.changed(c, b, in.Body)
	if err == nil {
		err = a.o.Store.ChangeCohort(ctx, changed, in.Body.sittings(), c.Version)
	}
	if errors.Is(err, programme.ErrConflict) {
		return nil, api.NewProblem(api.Changed, "Somebody changed the cohort in the same moment.")
	} else if err != nil {
		return nil, err
	}
	return a.showCohort(ctx, c.Name, http.StatusOK)
}

// changed is the cohort as a change makes it, judged whole with the year it then has.
func (a *API) changed(c programme.Cohort, b programme.Blueprint, body cohortChange) (programme.Cohort, error) {
	changed, err := body.applied(c, b)
	if err != nil {
		return c, err
	}
	faults, _ := programme.Check(b, changed, a.o.Calendar)
	switch {
	case len(body.Overrides) > 0:
		if len(faults) > 0 {
			return c, ofOverrides(faults, body.Overrides)
		}
	case changed.Places > c.Places: // the records judge the room at its sittings
		had, _ := programme.Check(b, c, a.o.Calendar)
		invalid := &programme.Invalid{}
		for _, f := range faults {
			if !slices.Contains(had, f) {
				invalid.Faults = append(invalid.Faults, programme.Fault{Line: f.Line, Field: "places", Text: f.Text})
			}
		}
		if len(invalid.Faults) > 0 {
			return c, invalid
		}
	}
	return changed, nil
}

// applied is the cohort with the change; *programme.Invalid names every fault of it.
func (change cohortChange) applied(c programme.Cohort, b programme.Blueprint) (programme.Cohort, error) {
	var faults []programme.Fault
	refuse := func(field, text string) { faults = append(faults, programme.Fault{Field: field, Text: text}) }
	if change.Places != nil {
		c.Places = *change.Places
	}
	if change.Owner != nil {
		if c.Owner = strings.TrimSpace(*change.Owner); !address(c.Owner) {
			refuse("owner", "Name the member of staff who owns the cohort by a mail address.")
		}
	}
	if change.Deputy != nil {
		c.Deputy = optionalAddress(*change.Deputy, "deputy", refuse)
	}
	if change.Signatory != nil {
		c.Signatory = oneLine(*change.Signatory, "signatory", refuse)
	}
	if change.Contact != nil {
		c.Contact = optionalAddress(*change.Contact, "contact", refuse)
	}
	c.Openings = change.openings(c.Openings, refuse)
	c.Overrides = change.overrides(c.Overrides, b, refuse)
	if len(faults) > 0 {
		return c, &programme.Invalid{Faults: faults}
	}
	return c, nil
}

func (change cohortChange) openings(had map[string]string, refuse func(field, text string)) map[string]string {
	openings := maps.Clone(had)
	for _, message := range slices.Sorted(maps.Keys(change.Openings)) {
		text := strings.TrimSpace(change.Openings[message])
		switch {
		case !slices.Contains(programme.OwnOpenings(), message):
			refuse("openings", "Name messages by: "+strings.Join(programme.OwnOpenings(), ", ")+".")
		case utf8.RuneCountInString(text) > programme.LongestOpening:
			refuse("/openings/"+message, fmt.Sprintf("Write at most %d characters.", programme.LongestOpening))
		case text == "":
			delete(openings, message)
		default:
			if openings == nil {
				openings = map[string]string{}
			}
			openings[message] = text
		}
	}
	return openings
}

func (change cohortChange) overrides(had map[string]programme.StageOverride, b programme.Blueprint, refuse func(field, text string)) map[string]programme.StageOverride {
	overrides := maps.Clone(had)
	for _, stage := range slices.Sorted(maps.Keys(change.Overrides)) {
		own := change.Overrides[stage]
		if _, known := b.Stage(stage); !known {
			refuse("overrides", "The blueprint has no stage of one of these names.")
			continue
		}
		at := "/overrides/" + stage
		own.Owner, own.Deputy = strings.TrimSpace(own.Owner), strings.TrimSpace(own.Deputy)
		for name, text := range map[string]string{"owner": own.Owner, "deputy": own.Deputy} {
			if text != "" && !address(text) {
				refuse(at+"/"+name, "Write one mail address, like programme@example.org.")
			}
		}
		if own.Follows() {
			delete(overrides, stage)
			continue
		}
		if overrides == nil {
			overrides = map[string]programme.StageOverride{}
		}
		overrides[stage] = own
	}
	return overrides
}

// ofOverrides places what the check of the whole cohort found: at the stage, if the change touched it.
func ofOverrides(faults []programme.Fault, touched map[string]programme.StageOverride) error {
	invalid := &programme.Invalid{}
	for _, f := range faults {
		at := "overrides"
		if _, ok := touched[f.Field]; ok {
			at = "/overrides/" + f.Field
		}
		invalid.Faults = append(invalid.Faults, programme.Fault{Line: f.Line, Field: at, Text: f.Text})
	}
	return invalid
}

// matches reads RFC 9110's If-Match: a list of strong tags, or * for whatever there is.
func matches(header, current string) bool {
	for _, tag := range strings.Split(header, ",") {
		if tag = strings.TrimSpace(tag); tag == current || tag == "*" {
			return true
		}
	}
	return false
}
