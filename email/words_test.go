package email

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestMoments(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to time.Time
		want     string
	}{
		{"deadline", london(2027, 2, 11, 17, 0), time.Time{}, "by Thursday 11 February 2027 at 5pm"},
		{"deadline in summer", time.Date(2027, 7, 1, 16, 0, 0, 0, time.UTC), time.Date(2027, 7, 1, 16, 0, 0, 0, time.UTC), "by Thursday 1 July 2027 at 5pm"},
		{"one day", london(2027, 2, 2, 9, 30), london(2027, 2, 2, 16, 30), "Tuesday 2 February 2027, 9:30am to 4:30pm"},
		{"midday", london(2027, 2, 2, 0, 0), london(2027, 2, 2, 12, 0), "Tuesday 2 February 2027, midnight to midday"},
		{"several days", london(2027, 2, 28, 16, 0), london(2027, 3, 5, 13, 0), "Sunday 28 February 2027 at 4pm to Friday 5 March 2027 at 1pm"},
		{"unknown", time.Time{}, time.Time{}, "date to follow"},
	} {
		if got := span(c.from, c.to); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A mail gives an address to write to and no number, so none promises the telephone.
func TestNoMailPromisesTheTelephone(t *testing.T) {
	t.Parallel()
	for _, message := range Messages() {
		mail, err := Compose(Sample(message), publicURL)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{mail.Text, mail.HTML} {
			if strings.Contains(part, "telephone") || strings.Contains(part, "call us") {
				t.Errorf("%s promises what it gives no number for:\n%s", message, part)
			}
		}
	}
}

func TestSubjectLine(t *testing.T) {
	for _, c := range []struct{ action, stem, want string }{
		{"Answer your invitation by 30 September", "P-7F3K2Q", "Answer your invitation by 30 September [P-7F3K2Q]"},
		{"Use your new link", "", "Use your new link"},
		{"Keep these dates free for Professor Sir Bartholomew Featherstonehaugh", "P-7F3K2Q",
			"Keep these dates free for Professor Sir… [P-7F3K2Q]"},
	} {
		got := subjectLine(c.action, c.stem)
		if got != c.want || utf8.RuneCountInString(got) > subjectLimit {
			t.Errorf("%q (%d characters), want %q", got, utf8.RuneCountInString(got), c.want)
		}
	}
	// Every mail of a journey ends alike, so that mail programs keep them together.
	for _, message := range Messages() {
		job := Sample(message)
		job.Ref = "P-7F3K2Q"
		mail, err := Compose(job, publicURL)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(mail.Subject, " [P-7F3K2Q]") {
			t.Errorf("the subject of %s has another stem: %q", message, mail.Subject)
		}
	}
}

func TestWrap(t *testing.T) {
	long := "- " + strings.Repeat("word ", 20) + "\n\n\n\nhttps://example.org/" + strings.Repeat("x", 90) + " after it  \n"
	got := wrap(long)
	want := "- word word word word word word word word word word word word word word\n  word word word word word word\n\n" +
		"https://example.org/" + strings.Repeat("x", 90) + "\nafter it\n"
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestOwnOpening(t *testing.T) {
	for _, c := range []struct{ name, markdown, html, text string }{
		{"paragraphs", "One\ntwo.\n\nThree & four.", "<p>One two.</p>\n<p>Three &amp; four.</p>\n", "One two.\n\nThree & four."},
		{"heading and list", "## Before you start\n\n- pen\n- [map](https://example.org/map)", "<h2>Before you start</h2>\n" +
			`<ul>` + "\n<li>pen</li>\n" + `<li><a href="https://example.org/map">map</a></li>` + "\n</ul>\n",
			"Before you start\n\n- pen\n- map (https://example.org/map)"},
		{"numbered, nested", "3. three\n   - inner\n4. four", "<ol>\n<li>three</li>\n<li>inner</li>\n<li>four</li>\n</ol>\n", "3. three\n- inner\n4. four"},
		{"raw HTML", "<b onclick=x>bold</b>", "<p>&lt;b onclick=x&gt;bold&lt;/b&gt;</p>\n", "<b onclick=x>bold</b>"},
		{"block HTML", "<script>\nalert(1)\n</script>", "<p>&lt;script&gt; alert(1) &lt;/script&gt;</p>\n", "<script> alert(1) </script>"},
		{"a picture", "![our house](https://example.org/track.gif)", "<p>our house</p>\n", "our house"},
		{"a link to code", "[press](javascript:alert(1))", "<p>press</p>\n", "press"},
		{"a bare address", "See <https://example.org/a?b&c>.", `<p>See <a href="https://example.org/a?b&amp;c">https://example.org/a?b&amp;c</a>.</p>` + "\n",
			"See https://example.org/a?b&c."},
		{"escapes", `1 \* 2 &pound;3 \<x\>`, "<p>1 * 2 £3 &lt;x&gt;</p>\n", "1 * 2 £3 <x>"},
		{"our placeholder, spelt out", `&#123;\{feed}} &#1;`, "<p>{ {feed}} </p>\n", "{ {feed}}"},
		{"our placeholder", "{{link:a}}", "<p>{ {link:a}}</p>\n", "{ {link:a}}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ownOpening(c.markdown)
			plain := string(got.HTML)
			for _, style := range []string{string(styleP), string(styleH2), string(styleUL), string(styleLI), string(styleA)} {
				plain = strings.ReplaceAll(plain, " "+style, "")
			}
			if plain != c.html || got.Text != c.text {
				t.Errorf("HTML %q, want %q\ntext %q, want %q", plain, c.html, got.Text, c.text)
			}
		})
	}
	if ownOpening(" \n ") != nil {
		t.Error("nothing is an opening")
	}
}
