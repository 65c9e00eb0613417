// Package config holds every setting of Fairlead: its variable, its default and its meaning, in one struct that is read
// once. The README's table is made from it, and a test keeps the two in step.
package config

import (
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Prefix begins the name of every variable.
const Prefix = "FAIRLEAD_"

// Secret is a setting that prints masked everywhere. Reveal is for the one place that uses it.
type Secret string

// Reveal is the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String masks the secret; an empty one shows as empty.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "••••"
}

// Format masks it under every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// GoString masks it under %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText masks it in JSON and slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Settings are all settings. Each field's tags name its variable (without the prefix), its default and its meaning; the
// command line takes the same names in lower case with hyphens.
type Settings struct {
	Data        string `env:"DATA" envDefault:"fairlead-data" doc:"Folder of the embedded default: records.db, keys.db, temporal.db, mail/."`
	DatabaseURL Secret `env:"DATABASE_URL" doc:"Records: sqlite:PATH or postgres://…. Empty: records.db under the data folder."`
	KeysURL     Secret `env:"KEYS_URL" doc:"Store of the per-person keys, never in one dump with the records. Empty: keys.db under the data folder."`
	SMTPURL     Secret `env:"SMTP_URL" doc:"Relay: smtp://user:pass@host:port or smtps://…. Empty: the mail sink of up and demo; api and worker refuse to start."`
	PublicURL   string `env:"PUBLIC_URL" doc:"What links in mails begin with. Empty: http:// and the listen address."`

	Listen           string   `env:"LISTEN" envDefault:"127.0.0.1:8080" doc:"Console, forms and REST. Port 0 picks one and reports it in run.json."`
	APIMetrics       string   `env:"API_METRICS" envDefault:"127.0.0.1:9090" doc:"Metrics and health of the api process."`
	WorkerMetrics    string   `env:"WORKER_METRICS" envDefault:"127.0.0.1:9091" doc:"Metrics and health of the worker process."`
	TemporalListen   string   `env:"TEMPORAL_LISTEN" envDefault:"127.0.0.1:7233" doc:"Where up and demo let their Temporal server listen."`
	TemporalUIListen string   `env:"TEMPORAL_UI_LISTEN" envDefault:"127.0.0.1:8233" doc:"Where up and demo serve the Temporal UI."`
	TemporalUIURL    string   `env:"TEMPORAL_UI_URL" doc:"Address of the Temporal UI that pages link to. Empty: the one of up and demo."`
	RunbookURL       string   `env:"RUNBOOK_URL" doc:"Where the runbooks can be read; details in the Temporal UI link to it. Empty: no link."`
	TrustedProxies   []string `env:"TRUSTED_PROXIES" doc:"Networks whose forwarded client addresses are believed, separated by commas. Empty: none."`

	MailFrom       string        `env:"MAIL_FROM" envDefault:"programme@fairlead.example" doc:"Sender address of every mail."`
	MailFromName   string        `env:"MAIL_FROM_NAME" envDefault:"Leadership programme" doc:"Sender name of every mail."`
	Contact        string        `env:"CONTACT" doc:"Mailbox people read: Reply-To, and printed in every mail. A cohort may name its own. Empty: the sender."`
	HeadOfCentre   string        `env:"HEAD_OF_CENTRE" doc:"Address that hears of what has waited on staff for three working days. Empty: the cohort's owner."`
	SMTPTimeout    time.Duration `env:"SMTP_TIMEOUT" envDefault:"60s" doc:"How long the relay may take to answer; longer than it needs after the final dot."`
	MailFirstRetry time.Duration `env:"MAIL_FIRST_RETRY" envDefault:"1m" doc:"Wait after the first failed attempt to send; it doubles from there."`
	MailMaxRetry   time.Duration `env:"MAIL_MAX_RETRY" envDefault:"4h" doc:"Longest wait between two attempts."`
	MailGiveUp     time.Duration `env:"MAIL_GIVE_UP" envDefault:"72h" doc:"After this long a mail counts as undelivered and staff get a task."`
	MailsPerSecond float64       `env:"MAILS_PER_SECOND" envDefault:"20" doc:"Cap of mails over all workers, replies to what people do left out; 0 means none."`

	FastClock     bool   `env:"FAST_CLOCK" envDefault:"false" doc:"Allow a cohort to set a fast clock. For demonstrations and tests: never with real people."`
	MinimumNotice int    `env:"MINIMUM_NOTICE" envDefault:"5" doc:"Working days a leader has at least, when a stage opens late."`
	BankHolidays  string `env:"BANK_HOLIDAYS" doc:"File in the shape of GOV.UK bank-holidays.json that replaces the built-in rules."`
	Division      string `env:"DIVISION" envDefault:"england-and-wales" doc:"Which division of that file counts."`
	PrivacyNotice string `env:"PRIVACY_NOTICE" envDefault:"2026-11" doc:"Version of the privacy notice that consents refer to."`
	LogLevel      string `env:"LOG_LEVEL" envDefault:"info" doc:"debug, info, warn or error."`
}

// Read reads the settings from the environment. Unknown FAIRLEAD_ variables are refused, so that a misspelt one does not
// go unnoticed; those of tests (FAIRLEAD_TEST_, FAIRLEAD_FAULT_) are not settings.
func Read(environ []string) (Settings, error) {
	var s Settings
	values := map[string]string{}
	known := map[string]bool{}
	for _, setting := range All(s) {
		known[setting.Variable] = true
	}
	var unknown []string
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		values[name] = value
		if strings.HasPrefix(name, Prefix) && !known[name] &&
			!strings.HasPrefix(name, Prefix+"TEST_") && !strings.HasPrefix(name, Prefix+"FAULT_") {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		sort.Strings(unknown)
		return s, fmt.Errorf("there is no setting named %s: see the table in README.md", strings.Join(unknown, ", "))
	}
	if err := env.ParseWithOptions(&s, env.Options{Prefix: Prefix, Environment: values}); err != nil {
		return s, fmt.Errorf("a setting cannot be read: %w", err)
	}
	return s, nil
}

// Environ is the settings as variables, for a child process. Secrets are in clear: never print it.
func (s Settings) Environ() []string {
	var out []string
	for _, setting := range All(s) {
		out = append(out, setting.Variable+"="+setting.raw)
	}
	return out
}

// Setting is one line of the table of settings.
type Setting struct {
	Variable string // FAIRLEAD_DATABASE_URL
	Flag     string // database-url
	Default  string
	Doc      string
	Value    string // as it is in force, secrets masked
	raw      string
	Field    int
}

// All lists the settings in the order of the struct.
func All(s Settings) []Setting {
	v := reflect.ValueOf(s)
	list := make([]Setting, 0, v.NumField())
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name := field.Tag.Get("env")
		list = append(list, Setting{
			Variable: Prefix + name,
			Flag:     strings.ToLower(strings.ReplaceAll(name, "_", "-")),
			Default:  field.Tag.Get("envDefault"),
			Doc:      field.Tag.Get("doc"),
			Value:    text(v.Field(i).Interface()),
			raw:      rawText(v.Field(i).Interface()),
			Field:    i,
		})
	}
	return list
}

func text(value any) string {
	if list, ok := value.([]string); ok {
		return strings.Join(list, ",")
	}
	return fmt.Sprint(value)
}

func rawText(value any) string {
	if secret, ok := value.(Secret); ok {
		return secret.Reveal()
	}
	return text(value)
}

// Table is the settings as a Markdown table, for the README.
func Table() string {
	var b strings.Builder
	b.WriteString("| variable | default | meaning |\n|---|---|---|\n")
	for _, s := range All(Settings{}) {
		fallback := s.Default
		if fallback != "" {
			fallback = "`" + fallback + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Variable, fallback, s.Doc)
	}
	return b.String()
}

// Getenv is os.Environ; it stands here so that nothing else reads the environment.
func Getenv() []string { return os.Environ() }
