package console

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// venuePackPage is what the venue of a sitting gets: counts and the needs that concern it. No need stands beside a name.
type venuePackPage struct {
	frame
	Facts  []fact
	Groups []countGroup
	Diets  []string
	Access []string
	Rooms  []programme.RoomLine
	CSV    string
}

// countGroup is one question with how many gave each answer.
type countGroup struct {
	Title string
	Rows  []programme.NeedCount
}

// noPackPage says why there is no pack: needs can still change, the event is over, or held online.
type noPackPage struct {
	frame
	Why string
}

// withPack serves what is made of the pack. Before the freeze there is none yet, after the event there is none any more,
// and online there is no venue.
// Whoever opens it or takes it away stands in the audit log: where that cannot be written there is no pack.
func (s *Console) withPack(seen programme.AuditAction, serve func(*gin.Context, member, programme.VenuePack) error) staffHandler {
	return func(c *gin.Context, who member) error {
		cohort, stage, name, err := sittingOf(c)
		if err != nil {
			return err
		}
		pack, err := s.Store.VenuePack(c.Request.Context(), cohort, stage, name)
		page, status := noPackPage{}, 0
		var early *programme.Illegal
		switch {
		case errors.Is(err, programme.ErrGone):
			page.frame, status = s.frame(c, who, "The venue pack is deleted"), http.StatusGone
			page.Why = "The event has ended, and leaders are promised that the venue’s copy of their needs ends with it. The venue should delete its copy too."
		case errors.As(err, &early):
			page.frame, status = s.frame(c, who, "There is no venue pack"), http.StatusConflict
			page.Why = early.Why
		case err != nil:
			return err
		default:
			if err := s.noteSeen(c, who, seen, cohort+"/"+stage+"/"+name); err != nil {
				return err
			}
			return serve(c, who, pack)
		}
		page.Back = &way{Text: "Sitting " + name, Href: sittingPath(programme.Sitting{Cohort: cohort, Stage: stage, Name: name})}
		return s.render(c, status, "no_pack.html", &page)
	}
}

// showVenuePack is GET …/venue-pack.
func (s *Console) showVenuePack(c *gin.Context, who member, pack programme.VenuePack) error {
	page := venuePackPage{frame: s.frame(c, who, "Venue pack: "+pack.Title+", sitting "+pack.Sitting.Name), Groups: countGroups(pack.Counts),
		Diets: pack.Diets, Access: pack.Access, Rooms: pack.Rooms, CSV: sittingPath(pack.Sitting) + "/venue-pack.csv"}
	page.Back = &way{Text: "Sitting " + pack.Sitting.Name, Href: sittingPath(pack.Sitting)}
	page.Facts = packFacts(pack)
	return s.render(c, http.StatusOK, "venue_pack.html", &page)
}

func packFacts(pack programme.VenuePack) []fact {
	at := pack.Sitting
	where := at.Where()
	if !at.Online && at.Address != "" {
		where += "\n" + at.Address
	}
	hold := ""
	if pack.OnHold > 0 {
		hold = strconv.Itoa(pack.OnHold)
	}
	return facts(fact{Key: "When", Text: span(at.Starts, at.Ends)}, fact{Key: "Where", Text: where},
		fact{Key: "Expected", Text: strconv.Itoa(pack.Expected)}, fact{Key: "May still come, not counted here", Text: hold},
		fact{Key: "Of these, without a word about needs", Text: strconv.Itoa(pack.Unknown)},
		fact{Key: "As it stood on", Text: moment(pack.Frozen)})
}

func countGroups(counts []programme.NeedCount) []countGroup {
	var groups []countGroup
	for _, one := range counts {
		if len(groups) == 0 || groups[len(groups)-1].Title != one.Title {
			groups = append(groups, countGroup{Title: one.Title})
		}
		last := &groups[len(groups)-1]
		last.Rows = append(last.Rows, one)
	}
	return groups
}

// sendVenuePack is GET …/venue-pack.csv: the same as the page, for the venue's own spreadsheet.
func (s *Console) sendVenuePack(c *gin.Context, _ member, pack programme.VenuePack) error {
	lines := [][]string{{"what", "detail", "number"}}
	for _, one := range packFacts(pack) {
		lines = append(lines, []string{"Event", one.Key + ": " + strings.ReplaceAll(one.Text, "\n", ", "), ""})
	}
	for _, one := range pack.Counts {
		lines = append(lines, []string{one.Title, one.Label, strconv.Itoa(one.Count)})
	}
	for _, words := range pack.Diets {
		lines = append(lines, []string{"Diet, in words", words, ""})
	}
	for _, words := range pack.Access {
		lines = append(lines, []string{"Access", words, ""})
	}
	for _, room := range pack.Rooms {
		night := "Room"
		if room.NightBefore {
			night = "Room, and the night before"
		}
		lines = append(lines, []string{night, room.Name, ""})
	}
	return sendCSV(c, "venue-pack-"+pack.Sitting.Cohort+"-"+pack.Sitting.Stage+"-"+pack.Sitting.Name, lines)
}
