package records

import (
	"slices"
	"testing"

	"fairlead/programme"
)

// A request for a place names the other events whose places the same form confirms, and no other date of the year.
func TestARequestNamesWhatItConfirmsBesides(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		ref := b.atEvents(t, 4, 1, nil)[0]
		for _, request := range []struct {
			stage, opens string
			want         []string
		}{{"residential-2", "2027-05-10 06:00", nil}, {"residential-3", "2027-07-19 06:00", []string{"Closing event"}}} {
			stage, want := request.stage, request.want
			b.goTo(request.opens)
			mail := b.openStage(t, ref, stage).Mails[0]
			item := b.send(t, mail).Items[0]
			var titles []string
			for _, line := range item.Dates {
				titles = append(titles, line.Title)
				if place := b.placeAt(t, ref, line.Stage); !line.From.Equal(place.Sitting.Starts) {
					t.Errorf("%s: %s is at %s", stage, line.Title, line.From)
				}
			}
			if item.Message != programme.MsgEventPlace || !slices.Equal(titles, want) {
				t.Errorf("%s confirms %q besides, want %q", stage, titles, want)
			}
		}
	})
}
