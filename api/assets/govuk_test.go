package assets

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// vendored are the folders that `make vendor-assets` fills.
var vendored = []string{"govuk", "../../internal/browsertest/testdata/axe-core"}

// TestVendoredFilesAreAsRecorded: what others wrote is what was reviewed, licence included, and nothing lies beside it.
func TestVendoredFilesAreAsRecorded(t *testing.T) {
	t.Parallel()
	for _, folder := range vendored {
		recorded := map[string]string{}
		list, err := os.Open(filepath.Join(folder, "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(list); lines.Scan(); {
			sum, name, _ := strings.Cut(lines.Text(), "  ")
			recorded[name] = sum
		}
		_ = list.Close()
		if recorded["package.tgz"] == "" || recorded["LICENSE"] == "" || recorded["VERSION"] == "" {
			t.Errorf("%s records no tarball, licence or version: make vendor-assets", folder)
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			name := entry.Name()
			if name == "SHA256SUMS" {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != recorded[name] {
				t.Errorf("%s/%s is not what SHA256SUMS records: make vendor-assets", folder, name)
			}
		}
		if version, err := os.ReadFile(filepath.Join(folder, "VERSION")); err != nil || !regexp.MustCompile(`^[a-z-]+@\d+\.\d+\.\d+\n$`).Match(version) {
			t.Errorf("%s: the version is %q, %v", folder, version, err)
		}
	}
}

// TestNothingOfTheCrown: the font and the crest of GOV.UK are for GOV.UK alone, and no file loads anything from elsewhere.
func TestNothingOfTheCrown(t *testing.T) {
	t.Parallel()
	for name, one := range served {
		text := strings.ToLower(string(one.plain))
		for _, banned := range []string{"gds transport", "@font-face", "crest", "@import", "sourcemappingurl"} {
			if strings.Contains(text, banned) {
				t.Errorf("%s holds %q", name, banned)
			}
		}
	}
	for _, name := range []string{"govuk-frontend.min.css", "fairlead.css", "console.css"} {
		if strings.Contains(string(served[name].plain), "url(") {
			t.Errorf("%s loads something", name)
		}
	}
	if !strings.Contains(string(served["govuk-frontend.min.css"].plain), "var(--fairlead-font,sans-serif)") || !strings.Contains(string(served["fairlead.css"].plain), "--fairlead-font: ") {
		t.Error("the design system does not take Fairlead's font")
	}
}
