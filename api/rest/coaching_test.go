package rest

import (
	"net/http"
	"strings"
	"testing"

	"fairlead/api"
	"fairlead/programme"
)

const coachColumns = "name,email,region,background_sector,accreditation,capacity,offers_online\n"

func TestImportCoaches(t *testing.T) {
	t.Parallel()
	b := setup(t)
	path := "/cohorts/2027-spring/coaches"
	sheet := coachColumns + "Abena Darko,abena@coaches.example,London,Healthcare,EMCC,7,no\n"
	var out struct {
		DryRun bool `json:"dry_run"`
		programme.ImportReport
	}
	b.as(coordinator, "POST", path+"?dry_run=true", sheet, "Content-Type", "text/csv").want(http.StatusOK).into(&out)
	if !out.DryRun || out.New != 1 || len(b.store.coaches) != 0 {
		t.Errorf("%+v", out)
	}
	b.as(coordinator, "POST", path, sheet, "Content-Type", "text/csv").want(http.StatusOK).into(&out)
	if out.DryRun || len(b.store.coaches) != 1 || b.store.coaches[0].Capacity != 7 {
		t.Errorf("%+v, %+v", out, b.store.coaches)
	}
	refused := b.as(coordinator, "POST", path, coachColumns+marker+",x,London,Healthcare,,many,no\n", "Content-Type", "text/csv").
		want(http.StatusUnprocessableEntity).kind(api.InvalidInput).problem()
	if len(refused.Errors) != 2 || refused.Errors[0].Row != 2 || refused.Errors[0].Column != "email" || refused.Errors[1].Column != "capacity" {
		t.Errorf("%+v", refused.Errors)
	}
	b.as(coordinator, "POST", "/cohorts/none/coaches", sheet, "Content-Type", "text/csv").want(http.StatusNotFound)
	b.as(coordinator, "POST", path, strings.Repeat("x", maxSpreadsheet+1), "Content-Type", "text/csv").want(http.StatusRequestEntityTooLarge)
	if len(b.store.coaches) != 1 {
		t.Error("a refused sheet was imported")
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.store.match = programme.MatchReport{Pairs: []programme.Pair{{Ref: "P-222222", Coach: "C-222222", Reasons: []string{programme.ReasonSameRegion, "load_2_of_4"}}},
		Unmatched: []programme.Unmatched{{Ref: "P-333333", Why: programme.CoachesFull}}}
	var out struct {
		DryRun    bool `json:"dry_run"`
		Pairs     []coachPair
		Unmatched []coachless
	}
	b.as(coordinator, "POST", "/cohorts/2027-spring/match?dry_run=true", "").want(http.StatusOK).into(&out)
	if !out.DryRun || strings.Join(out.Pairs[0].Reasons, ", ") != "same region, then 2 of 4 places taken" || out.Unmatched[0].Why != "every coach who could has no place left" {
		t.Errorf("%+v", out)
	}
	if !strings.HasPrefix(b.store.matched, "2027-spring true staff:") {
		t.Error(b.store.matched)
	}
	b.store.match = programme.MatchReport{}
	if text := b.as(coordinator, "POST", "/cohorts/2027-spring/match", "").want(http.StatusOK).body; !strings.Contains(text, `"pairs":[]`) {
		t.Error(text)
	}
	b.as(coordinator, "POST", "/cohorts/none/match", "").want(http.StatusNotFound)
	b.store.matched = ""
	for _, body := range []string{"", "{}", `{"reason":""}`, `{"reason":"because"}`, `{"note":"until the spring"}`} {
		if status := b.as(coordinator, "POST", "/cohorts/2027-spring/coaches/C-222222/leave", body).status; status != http.StatusUnprocessableEntity && status != http.StatusBadRequest || b.store.matched != "" {
			t.Errorf("%s: %d, %s", body, status, b.store.matched)
		}
	}
	b.as(coordinator, "POST", "/cohorts/2027-spring/coaches/C-222222/leave", `{"reason":"illness","note":" until the spring "}`).want(http.StatusOK)
	if !strings.HasPrefix(b.store.matched, `2027-spring C-222222 left illness "until the spring" staff:`) {
		t.Error(b.store.matched)
	}
	b.as(coordinator, "POST", "/cohorts/2027-spring/coaches/C-333333/leave", `{"reason":"other"}`).want(http.StatusNotFound)
	b.as(coordinator, "POST", "/cohorts/2027-spring/coaches/nobody/leave", `{"reason":"other"}`).want(http.StatusNotFound)
}

func TestSlots(t *testing.T) {
	t.Parallel()
	b := setup(t)
	path := "/cohorts/2027-spring/coaches/C-222222/slots"
	var out struct{ Items []slot }
	b.as(coordinator, "POST", path, `{"first":"2027-03-22T10:00:00Z","every_days":7,"count":2,"minutes":60,"online":true}`).want(http.StatusOK).into(&out)
	if len(out.Items) != 2 || out.Items[1].Starts.Format("2006-01-02 15:04") != "2027-03-29 09:00" || !out.Items[0].Online {
		t.Errorf("%+v", out.Items)
	}
	b.as(coordinator, "GET", path, "").want(http.StatusOK).into(&out)
	if len(out.Items) != 2 {
		t.Errorf("%+v", out.Items)
	}
	b.store.slots[0].State = programme.SlotBooked
	b.as(coordinator, "POST", path+"/0/remove", "").want(http.StatusConflict)
	for range 2 {
		b.as(coordinator, "POST", path+"/1/remove", "").want(http.StatusOK).into(&out)
		if len(out.Items) != 1 || out.Items[0].ID != "0" {
			t.Errorf("%+v", out.Items)
		}
	}
	b.as(coordinator, "POST", path, `{"first":"2020-03-22T10:00:00Z","count":1,"minutes":60}`).want(http.StatusUnprocessableEntity).pointsAt("#/first")
	b.as(coordinator, "POST", path, `{"first":"2027-03-22T10:00:00Z","count":51,"minutes":60}`).want(http.StatusUnprocessableEntity)
}
