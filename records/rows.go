package records

import "time"

// The rows of this file are the tables of cohorts, people and journeys. Columns that may be NULL are pointers: see maybe
// and orZero.

type clockRow struct {
	ID        int `gorm:"primaryKey;autoIncrement:false"`
	DayNs     int64
	StartAt   *time.Time
	BeganReal *time.Time
}

func (clockRow) TableName() string { return "clocks" }

type cohortRow struct {
	Name          string `gorm:"primaryKey"`
	Blueprint     string
	StartsOn      string
	Route         string
	Places        int
	PlacesHeld    int
	Owner         string
	Deputy        string
	Signatory     string
	Contact       string
	Overrides     string
	Openings      string
	JoiningClosed bool
	LaunchedAt    *time.Time
	CreatedAt     time.Time
	Version       int64
}

func (cohortRow) TableName() string { return "cohorts" }

type personRow struct {
	ID          string `gorm:"primaryKey"`
	Email       string
	EmailFolded string
	Title       string
	GivenName   string
	FamilyName  string
	Name        string
	Phone       string
	Suppressed  string
	LinkEpoch   int
	CreatedAt   time.Time
	// UnsubscribedAt is when optional mail was turned off, nil: it goes.
	UnsubscribedAt *time.Time
}

func (personRow) TableName() string { return "people" }

type journeyRow struct {
	Ref            string `gorm:"primaryKey"`
	Cohort         string
	PersonID       string
	State          string
	HeldState      string
	HeldFrom       *time.Time
	Continues      string
	Priority       int
	Position       int
	Group          string `gorm:"column:grp"`
	PlaceHeld      bool
	Started        bool
	LaunchOp       string
	StartConfirmed bool
	Attention      string
	JobTitle       string
	Organisation   string
	Sector         string
	Region         string
	RoleStarted    string
	AssistantID    string
	AssistantMay   string
	EqualityAsked  string
	FirstMessageID string
	ImportHash     string
	CreatedAt      time.Time
	Version        int64
}

func (journeyRow) TableName() string { return "journeys" }

type stageRow struct {
	Ref       string `gorm:"primaryKey"`
	Name      string `gorm:"primaryKey"`
	Cohort    string
	Kind      string
	Position  int
	State     string
	Round     int
	Part      string
	WaitingOn string
	Since     *time.Time
	OpensAt   *time.Time
	Due       *time.Time
	LimitAt   *time.Time
	Overdue   bool
	Attention string
	ClosedAt  *time.Time
	Outcome   string
}

func (stageRow) TableName() string { return "stages" }

type taskRow struct {
	ID          int64 `gorm:"primaryKey"`
	Cohort      string
	Ref         string
	Stage       string
	Code        string
	Dedupe      string
	Owner       string
	Deputy      string
	OpenedAt    time.Time
	EscalateAt  time.Time
	EscalatedAt *time.Time
	DoneAt      *time.Time
	DoneBy      string
	NoteEnc     []byte
	Sitting     string // of a register, which is one task for all who are on it
}

func (taskRow) TableName() string { return "tasks" }

type operationRow struct {
	ID           string `gorm:"primaryKey"`
	Kind         string
	Cohort       string
	Ref          string
	State        string
	Total        int
	Done         int
	Failed       int
	At           time.Time // programme moment of the order
	CreatedReal  time.Time
	FinishedReal *time.Time
}

func (operationRow) TableName() string { return "operations" }
