package forms_test

import (
	"context"
	"flag"
	"os"
	"testing"

	"fairlead/internal/browsertest"
)

// seen are the pages that the tests of this package have met: each in every state that some test brings it to.
var seen browsertest.Pages

func TestMain(m *testing.M) {
	os.Exit(seen.Main(context.Background(), m, func() bool { return flag.Lookup("test.run").Value.String() != "" }))
}
