package programme

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

const coachHeader = "name,email,region,background_sector,accreditation,capacity,offers_online\n"

func TestCoaches2027(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../demo/coaches-2027.csv")
	if err != nil {
		t.Fatal(err)
	}
	coaches, faults := ReadCoaches(file)
	if len(faults) > 0 || len(coaches) != 20 {
		t.Fatalf("%d coaches, %v", len(coaches), faults)
	}
	want := Coach{Row: 3, Name: "Alistair Penrose", Email: "alistair.penrose@coaches.example", Region: "North West",
		Background: "Police Service", Accreditation: "EMCC Senior Practitioner", Capacity: 8, OffersOnline: true}
	if !reflect.DeepEqual(coaches[1], want) {
		t.Errorf("row 3: %+v", coaches[1])
	}
}

func TestCoachesWithOrganisations(t *testing.T) {
	t.Parallel()
	file := strings.Replace(coachHeader, "\n", ",organisations\n", 1) +
		"Abena Darko,abena@c.example,london,healthcare,,7,Yes,NHS  Trust ; nhs trust;Uni\n"
	coaches, faults := ReadCoaches([]byte(file))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if got := coaches[0]; !reflect.DeepEqual(got.Organisations, []string{"NHS Trust", "Uni"}) || got.Region != "London" ||
		got.Background != "Healthcare" || !got.OffersOnline {
		t.Errorf("%+v", got)
	}
}

// A file with faults is refused whole, every fault with its row and column.
func TestCoachesThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows   string
		column string
		row    int
	}{
		"no name":          {",a@c.example,London,Education,,4,yes\n", "name", 2},
		"no address":       {"A,nobody,London,Education,,4,yes\n", "email", 2},
		"unknown region":   {"A,a@c.example,Mars,Education,,4,yes\n", "region", 2},
		"unknown sector":   {"A,a@c.example,London,Banking,,4,yes\n", "background_sector", 2},
		"capacity no word": {"A,a@c.example,London,Education,,many,yes\n", "capacity", 2},
		"capacity too big": {"A,a@c.example,London,Education,,201,yes\n", "capacity", 2},
		"online perhaps":   {"A,a@c.example,London,Education,,4,perhaps\n", "offers_online", 2},
		"twice":            {"A,a@c.example,London,Education,,4,yes\nB,A@c.example,London,Education,,4,yes\n", "email", 3},
		"a formula":        {"=1+1,a@c.example,London,Education,,4,yes\n", "name", 2},
		"a cell too many":  {"A,a@c.example,London,Education,,4,yes,x\n", "", 2},
	} {
		coaches, faults := ReadCoaches([]byte(coachHeader + c.rows))
		if coaches != nil || len(faults) != 1 || faults[0].Row != c.row || faults[0].Column != c.column {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

func TestReferencesOfCoaches(t *testing.T) {
	t.Parallel()
	ref := NewCoachRef()
	if !ValidCoachRef(ref) || ValidRef(ref) || ValidCoachRef(NewRef()) {
		t.Error(ref)
	}
}
