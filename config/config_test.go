package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

const hidden = "wh1te-rabbit"

// filled are settings whose secrets hold the hidden word.
func filled(t *testing.T) Settings {
	t.Helper()
	s, err := Read([]string{
		"FAIRLEAD_DATABASE_URL=postgres://fairlead:" + hidden + "@db/fairlead",
		"FAIRLEAD_KEYS_URL=postgres://keys:" + hidden + "@db/keys",
		"FAIRLEAD_SMTP_URL=smtp://fairlead:" + hidden + "@relay:587",
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSecretsPrintMasked(t *testing.T) {
	t.Parallel()
	s := filled(t)
	ways := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		ways["a secret under "+verb] = fmt.Sprintf(verb, s.SMTPURL)
		ways["a pointer under "+verb] = fmt.Sprintf(verb, &s)
		ways["settings under "+verb] = fmt.Sprintf(verb, s)
	}
	for name, value := range map[string]any{"settings": s, "a pointer": &s, "a secret": s.SMTPURL, "a map": map[string]Secret{"keys": s.KeysURL}} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		ways[name+" in JSON"] = string(text)
		var lines bytes.Buffer
		slog.New(slog.NewTextHandler(&lines, nil)).Info("read", "value", value)
		slog.New(slog.NewJSONHandler(&lines, nil)).Info("read", "value", value)
		ways[name+" in the log"] = lines.String()
	}
	ways["an error"] = fmt.Errorf("open %v: refused", s.DatabaseURL).Error()
	for _, setting := range All(s) {
		ways["the value of "+setting.Variable] = setting.Value
	}
	for way, text := range ways {
		if strings.Contains(text, hidden) || strings.Contains(text, fmt.Sprintf("%x", hidden)) {
			t.Errorf("%s shows the secret: %s", way, text)
		}
		if strings.HasPrefix(way, "a secret") && text == "" {
			t.Errorf("%s shows nothing at all", way)
		}
	}
	if got := fmt.Sprint(Settings{}.SMTPURL); got != "" {
		t.Errorf("a secret that is not set shows as %q, so that nobody can see that it is missing", got)
	}
	if !strings.Contains(s.SMTPURL.Reveal(), hidden) {
		t.Error("Reveal does not reveal")
	}
}

// Whatever has a password in it must be a Secret: the names say which those are.
func TestSettingsWithPasswordsAreSecrets(t *testing.T) {
	t.Parallel()
	kind := reflect.TypeFor[Settings]()
	for i := range kind.NumField() {
		field := kind.Field(i)
		name := field.Tag.Get("env")
		secret := regexp.MustCompile(`(DATABASE|KEYS|SMTP)_URL|PASSWORD|SECRET|TOKEN`).MatchString(name)
		if secret != (field.Type == reflect.TypeFor[Secret]()) {
			t.Errorf("%s is of type %s: secrets are of type Secret, and nothing else is", field.Name, field.Type)
		}
	}
}

func TestUnknownSettingsAreRefused(t *testing.T) {
	t.Parallel()
	_, err := Read([]string{"FAIRLEAD_SMTP_ULR=smtp://relay", "PATH=/usr/bin", "FAIRLEAD_DATA_BASE=x", "FAIRLEAD_="})
	if err == nil {
		t.Fatal("a misspelt setting went unnoticed")
	}
	for _, name := range []string{"FAIRLEAD_SMTP_ULR", "FAIRLEAD_DATA_BASE", "FAIRLEAD_,", "README.md"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("the refusal does not mention %s: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "relay") {
		t.Errorf("the refusal quotes the value, which may be a secret: %v", err)
	}
	if _, err := Read([]string{"FAIRLEAD_TEST_ALL=1", "FAIRLEAD_FAULT_KILL=in-data:1", "HOME=here"}); err != nil {
		t.Errorf("variables of tests and of others are no settings of ours: %v", err)
	}
}

func TestValuesThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	for _, entry := range []string{"FAIRLEAD_SMTP_TIMEOUT=soon", "FAIRLEAD_FAST_CLOCK=perhaps", "FAIRLEAD_MINIMUM_NOTICE=five", "FAIRLEAD_MAILS_PER_SECOND=many"} {
		if _, err := Read([]string{entry}); err == nil {
			t.Errorf("%s was read", entry)
		}
	}
}

func TestDefaultsAreWhatTheTableSays(t *testing.T) {
	t.Parallel()
	s, err := Read(nil)
	if err != nil {
		t.Fatal(err)
	}
	table := Table()
	for i, setting := range All(s) {
		if setting.Field != i {
			t.Errorf("%s says it is field %d and is %d", setting.Variable, setting.Field, i)
		}
		if setting.Doc == "" || !strings.HasSuffix(setting.Doc, ".") {
			t.Errorf("%s has no meaning in a sentence: %q", setting.Variable, setting.Doc)
		}
		if !strings.Contains(table, "| `"+setting.Variable+"` |") {
			t.Errorf("the table lacks %s", setting.Variable)
		}
		if strings.Contains(setting.Doc+setting.Default, "|") {
			t.Errorf("%s breaks the table: it has a bar in it", setting.Variable)
		}
		if len(setting.Default) == 0 && setting.Value != "" && setting.Value != "false" && setting.Value != "0" {
			t.Errorf("%s has no default and is %q", setting.Variable, setting.Value)
		}
	}
	// An empty variable means the same as none, so that a deployment can list all of them.
	if empty, err := Read([]string{"FAIRLEAD_LISTEN=", "FAIRLEAD_SMTP_TIMEOUT=", "FAIRLEAD_FAST_CLOCK="}); err != nil || !reflect.DeepEqual(empty, s) {
		t.Errorf("with empty variables the settings are %+v (%v)", empty, err)
	}
	if s.Listen != "127.0.0.1:8080" || s.FastClock || s.MailGiveUp.Hours() != 72 {
		t.Errorf("the defaults in force are %+v", s)
	}
}

// A child process gets its settings as variables and must read the same.
func TestEnvironRoundTrip(t *testing.T) {
	t.Parallel()
	changed := filled(t)
	v := reflect.ValueOf(&changed).Elem()
	for i := range v.NumField() {
		switch field := v.Field(i); field.Interface().(type) {
		case string:
			field.SetString("a value, with spaces = and " + field.String())
		case bool:
			field.SetBool(!field.Bool())
		case []string:
			field.Set(reflect.ValueOf([]string{"10.0.0.0/8", "192.168.0.0/16"}))
		case float64:
			field.SetFloat(field.Float() + 0.25)
		case Secret:
		default:
			if !field.CanInt() {
				t.Fatalf("%s is of a kind that this test does not know", v.Type().Field(i).Name)
			}
			field.SetInt(field.Int() + 1)
		}
	}
	defaults, err := Read(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]Settings{"changed": changed, "defaults": defaults} {
		got, err := Read(s.Environ())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(got, s) {
			t.Errorf("%s: a child would read %+v instead of %+v", name, got, s)
		}
	}
}

func TestFlagsHaveTheNamesOfTheVariables(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[string]bool{}
	for _, setting := range All(Settings{}) {
		back := Prefix + strings.ToUpper(strings.ReplaceAll(setting.Flag, "-", "_"))
		if back != setting.Variable || !shape.MatchString(setting.Flag) {
			t.Errorf("the flag --%s does not lead back to %s", setting.Flag, setting.Variable)
		}
		if seen[setting.Flag] {
			t.Errorf("there are two flags --%s", setting.Flag)
		}
		seen[setting.Flag] = true
	}
	if !seen["database-url"] || !seen["mail-first-retry"] {
		t.Errorf("the flags are %v", seen)
	}
}
