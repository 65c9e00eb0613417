package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// longestNote is how many characters a note may have, as in the REST API.
const longestNote = 2000

// taskPage is one task, with the form that finishes it.
type taskPage struct {
	frame
	Facts     []fact
	Action    string // empty where it cannot be finished: it is done, or the role may not
	Decides   string // the stage on which finishing it decides, empty where it decides nothing
	Register  bool   // it is done by itself with the last mark
	Note      string // as typed
	NoteError string
	Kept      *keptNote // what was typed after somebody else had finished it
}

// keptNote is what staff wrote that could not be kept where they wrote it, with a form that makes a note on the journey of it.
type keptNote struct {
	Text   string
	Action string // empty where there is no journey
	Order  string
}

// showTask is GET /console/tasks/{task}.
func (s *Console) showTask(c *gin.Context, who member) error {
	t, err := s.task(c)
	if err != nil {
		return err
	}
	page, err := s.taskPage(c, who, t)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "task.html", &page)
}

// finishTask is POST /console/tasks/{task}/done. A task that is done already stays as it is; whoever finishes it a moment after
// somebody else is told, and keeps what they wrote.
func (s *Console) finishTask(c *gin.Context, who member) error {
	if err := posted(c); err != nil {
		return err
	}
	t, err := s.task(c)
	if err != nil {
		return err
	}
	note := strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(c.PostForm("note"), ""), "\x00", ""))
	fault := ""
	switch {
	case note == "" && t.Decides:
		fault = "Say in a few words what was decided, and why"
	case note == "":
		fault = "Say in a few words what was done"
	case utf8.RuneCountInString(note) > longestNote:
		fault = "Write at most 2,000 characters"
	}
	if fault != "" && t.Done.IsZero() {
		page, err := s.taskPage(c, who, t)
		if err != nil {
			return err
		}
		page.Note, page.NoteError = note, fault
		page.refused([]programme.Fault{{Field: "note", Text: fault}})
		return s.render(c, http.StatusUnprocessableEntity, "task.html", &page)
	}
	if t.Done.IsZero() {
		ctx := c.Request.Context()
		if err := s.Store.FinishTask(ctx, t.ID, who.actor(), note, s.Store.Now(ctx)); err != nil {
			return err
		}
		if t, err = s.task(c); err != nil { // another click may have been a moment earlier
			return err
		}
	}
	if t.DoneBy != who.actor() || t.Note != note {
		page, err := s.taskPage(c, who, t)
		if err != nil {
			return err
		}
		page.Kept = &keptNote{Text: note}
		if t.Ref != "" {
			page.Kept.Action, page.Kept.Order = notesPath(t.Ref), s.Orders.NewOrder()
		}
		page.refused([]programme.Fault{{Field: "main", Text: "This task was finished before, by " + shortName(t.DoneBy) + ". What you wrote is not kept with it: it stands beneath"}})
		return s.render(c, http.StatusConflict, "task.html", &page)
	}
	return seeOther(c, tasksAddress(t.Cohort, "done", t.ID))
}

// task is the one in the address.
func (s *Console) task(c *gin.Context) (programme.Task, error) {
	id, err := strconv.ParseInt(c.Param("task"), 10, 64)
	if err != nil || id < 1 {
		return programme.Task{}, programme.ErrNotFound
	}
	list, _, err := s.Store.Tasks(c.Request.Context(), programme.TaskFilter{}, id-1, 1)
	if err != nil {
		return programme.Task{}, err
	}
	if len(list) == 0 || list[0].ID != id {
		return programme.Task{}, programme.ErrNotFound
	}
	return list[0], nil
}

func (s *Console) taskPage(c *gin.Context, who member, t programme.Task) (taskPage, error) {
	known, err := s.Store.Cohort(c.Request.Context(), t.Cohort)
	if err != nil && !errors.Is(err, programme.ErrNotFound) {
		return taskPage{}, err
	}
	title := s.eventTitle(known, t.Stage)
	page := taskPage{frame: s.frame(c, who, "Task "+strconv.FormatInt(t.ID, 10)+": "+lower(taskWord(t)))}
	page.Back = &way{Text: "Open tasks", Href: tasksPath}
	state := "Open"
	if !t.Done.IsZero() {
		state = "Done"
	}
	lines := []fact{{Key: "State", Text: state}, {Key: "Cohort", Way: &way{Text: t.Cohort, Href: cohortPath(t.Cohort)}}}
	if t.Ref != "" {
		lines = append(lines, fact{Key: "Journey", Way: &way{Text: t.Ref, Href: journeyPath(t.Ref)}})
	}
	if who.personal() {
		lines = append(lines, fact{Key: "Leader", Text: t.Leader})
	}
	lines = append(lines, fact{Key: "Stage", Text: title}, sittingFact(t, who))
	if t.IsRegister() {
		lines = append(lines, fact{Key: "Leaders", Text: toBeNoted(t)})
	}
	lines = append(lines, fact{Key: "Owner", Text: t.Owner}, fact{Key: "Deputy", Text: t.Deputy},
		fact{Key: "Since", Text: moment(t.Opened)}, fact{Key: "Head of the centre told", Text: moment(t.Escalated)},
		fact{Key: "Done", Text: moment(t.Done)}, fact{Key: "Done by", Text: t.DoneBy})
	if who.personal() {
		lines = append(lines, fact{Key: "Note", Text: t.Note})
	}
	page.Facts = facts(lines...)
	if t.Done.IsZero() && who.mayFinish() {
		page.Action, page.Register = taskPath(t.ID)+"/done", t.IsRegister()
		if t.Decides {
			page.Decides = title
		}
	}
	return page, nil
}

// sittingFact leads from a task about one date of an event to its page, or to the register that is to be taken.
func sittingFact(t programme.Task, who member) fact {
	if t.Sitting == "" {
		return fact{}
	}
	at := sittingPath(programme.Sitting{Cohort: t.Cohort, Stage: t.Stage, Name: t.Sitting})
	if t.IsRegister() && who.personal() {
		return fact{Key: "Register", Way: &way{Text: "Sitting " + t.Sitting, Href: at + "/register"}}
	}
	return fact{Key: "Sitting", Way: &way{Text: t.Sitting, Href: at}}
}
