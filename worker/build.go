package worker

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// build tells this program from one that was built of other code. Every step of every workflow is signed with it, and so is
// every activity, for years: it is as short as it can be without two programs of one year being taken for each other. It
// is empty where the program cannot be read; then the SDK finds a longer name.
func build() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	program, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = program.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, program); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil)[:4])
}
