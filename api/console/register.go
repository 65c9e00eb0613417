package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// registerPolicy lets the register's own script keep ticks while the network is away, and nothing else.
const registerPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// registerPage is the list on which staff note who came, made for a phone.
type registerPage struct {
	frame
	Facts  []fact
	Opens  string // when absences can be noted, empty once they can
	Rows   []registerRow
	Noted  int
	Saved  string // how many were just saved, or empty
	Action string
}

// registerRow is one leader; the first tick's id is where a fault leads.
type registerRow struct {
	Ref          string
	Name         string
	Organisation string
	Note         string
	Error        string
	Shown        string // what the page says of the leader: a tick goes with it
	Meanwhile    bool   // somebody else has noted something since: the ticks are to choose between
	Ticks        []tick
}

// tick is one of the words of the register.
type tick struct {
	ID      string
	Value   string
	Label   string
	Checked bool
}

// readRegister finds the register in the address.
func (s *Console) readRegister(c *gin.Context) (programme.Register, error) {
	cohort, stage, name, err := sittingOf(c)
	if err != nil {
		return programme.Register{}, err
	}
	return s.Store.Register(c.Request.Context(), cohort, stage, name)
}

// registerOf shows the register, with what was typed where it could not be kept, and who else has noted what of whom.
func (s *Console) registerOf(c *gin.Context, who member, list programme.Register, typed map[string]programme.Attendance, faults []programme.Fault, others map[string]string) registerPage {
	page := registerPage{frame: s.frame(c, who, "Register: "+list.Title+", sitting "+list.Sitting.Name), Action: sittingPath(list.Sitting) + "/register"}
	page.Back = &way{Text: "Sitting " + list.Sitting.Name, Href: sittingPath(list.Sitting)}
	page.Facts = facts(fact{Key: "When", Text: span(list.Sitting.Starts, list.Sitting.Ends)}, fact{Key: "Where", Text: list.Sitting.Where()})
	if !list.Open {
		page.Opens = moment(list.Sitting.Starts)
	}
	for _, one := range list.Rows {
		row := registerRow{Ref: one.Ref, Name: one.Name, Organisation: one.Organisation, Shown: string(one.Status)}
		if one.OnHold {
			row.Note = "On hold"
		}
		if one.Status != "" {
			page.Noted++
		}
		chosen := one.Status
		if wanted, given := typed[one.Ref]; given {
			chosen = wanted
		}
		if by := others[one.Ref]; by != "" && chosen != one.Status {
			row.chooses(one, chosen, by)
			faults = append(faults, programme.Fault{Field: one.Ref, Text: one.Name + ": " + lower(row.Error)})
			page.Rows = append(page.Rows, row)
			continue
		}
		for i, status := range programme.Attendances() {
			if !list.Open && status != programme.Excused && status != chosen {
				continue // nobody came or stayed away yet
			}
			id := one.Ref
			if i > 0 {
				id += "-" + string(status)
			}
			row.Ticks = append(row.Ticks, tick{ID: id, Value: string(status), Label: word(status), Checked: status == chosen})
		}
		if len(row.Ticks) > 0 {
			row.Ticks[0].ID = one.Ref
		}
		for _, fault := range faults {
			if fault.Field == one.Ref {
				row.Error = fault.Text
			}
		}
		page.Rows = append(page.Rows, row)
	}
	page.refused(faults)
	return page
}

// chooses puts what somebody else has noted of a leader, and what was ticked upon an older state, side by side: neither is
// ticked, and whoever leaves it so changes nothing.
func (r *registerRow) chooses(one programme.RegisterRow, ticked programme.Attendance, by string) {
	r.Meanwhile = true
	r.Error = word(one.Status) + " was noted meanwhile by " + strings.TrimPrefix(by, programme.StaffActor("")) + ". You had ticked " + string(ticked) + ": choose which holds"
	r.Ticks = []tick{{ID: one.Ref, Value: string(one.Status), Label: "Keep “" + string(one.Status) + "”"},
		{ID: one.Ref + "-" + string(ticked), Value: string(ticked), Label: "Change to “" + string(ticked) + "”"}}
}

func (s *Console) renderRegister(c *gin.Context, status int, page *registerPage) error {
	c.Header("Content-Security-Policy", registerPolicy)
	return s.render(c, status, "register.html", page)
}

// showRegister is GET …/register.
func (s *Console) showRegister(c *gin.Context, who member) error {
	list, err := s.readRegister(c)
	if err != nil {
		return err
	}
	page := s.registerOf(c, who, list, nil, nil, nil)
	if n, err := number(c.Query("saved")); err == nil && c.Query("saved") != "" {
		page.Saved = strconv.FormatInt(n, 10)
	}
	return s.renderRegister(c, http.StatusOK, &page)
}

// takeRegister is its POST: every tick that was sent, in one go. Whoever has no tick is left as it is, and a tick that
// says what is known already changes nothing, so sending again is always safe.
func (s *Console) takeRegister(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	list, err := s.readRegister(c)
	if err != nil {
		return err
	}
	marks, typed, faults := ticked(c.Request.PostForm, list)
	if len(faults) > 0 {
		page := s.registerOf(c, who, list, typed, faults, nil)
		return s.renderRegister(c, http.StatusUnprocessableEntity, &page)
	}
	ctx, at := c.Request.Context(), list.Sitting
	results, err := s.Store.RecordAttendances(ctx, at.Cohort, at.Stage, at.Name, marks, who.actor())
	if err != nil {
		return err
	}
	changed, others := 0, map[string]string{}
	for _, result := range results {
		if result.Changed {
			changed++
		}
		switch {
		case result.Meanwhile != "":
			others[result.Ref] = result.By
		case result.Refused != "":
			faults = append(faults, programme.Fault{Field: result.Ref, Text: result.Refused})
		}
	}
	if len(faults)+len(others) > 0 { // the rest is kept: the page shows it as it stands now
		if list, err = s.readRegister(c); err != nil {
			return err
		}
		page := s.registerOf(c, who, list, typed, faults, others)
		return s.renderRegister(c, http.StatusUnprocessableEntity, &page)
	}
	return seeOther(c, sittingPath(at)+"/register?saved="+strconv.Itoa(changed))
}

// shownAs begins the name of the field that says what the page showed of a leader.
const shownAs = "shown-"

// ticked are the marks of a form, each with what the page showed when it was made. Nothing of a form with a fault is kept.
func ticked(form url.Values, list programme.Register) (marks []programme.AttendanceMark, typed map[string]programme.Attendance, faults []programme.Fault) {
	typed = map[string]programme.Attendance{}
	for _, row := range list.Rows {
		status, shown := programme.Attendance(form.Get(row.Ref)), programme.Attendance(form.Get(shownAs+row.Ref))
		switch {
		case status == "":
		case !slices.Contains(programme.Attendances(), status), shown != "" && !slices.Contains(programme.Attendances(), shown):
			faults = append(faults, programme.Fault{Field: row.Ref, Text: "Choose attended, absent or excused for " + row.Name})
		default:
			typed[row.Ref] = status
			mark := programme.AttendanceMark{Ref: row.Ref, Status: status}
			if form.Has(shownAs + row.Ref) {
				mark.Shown = &shown
			}
			marks = append(marks, mark)
		}
	}
	if len(marks)+len(faults) == 0 && len(list.Rows) > 0 {
		faults = append(faults, programme.Fault{Field: list.Rows[0].Ref, Text: "Tick at least one leader"})
	}
	return marks, typed, faults
}
