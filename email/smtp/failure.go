package smtp

import (
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"fairlead/programme"
)

// Failure is why an attempt did not send its mail. It holds no address and nothing that the relay wrote, because relays
// quote addresses.
type Failure struct {
	Class programme.MailClass
	Code  int    // of the relay's answer; 0 where there was none
	Phase string // connect, sign-in, MAIL, RCPT, DATA, text, end, or what came before
	err   error  // what the network said, or nil
}

// Error says class, code and phase.
func (f *Failure) Error() string {
	text := fmt.Sprintf("the mail was not sent: %s, at %s", f.Class, f.Phase)
	if f.Code != 0 {
		text += fmt.Sprintf(", code %d", f.Code)
	}
	if f.err != nil {
		text += ": " + f.err.Error()
	}
	return text
}

// Unwrap is what the network said.
func (f *Failure) Unwrap() error { return f.err }

// relayFailed reports whether the failure speaks of the relay and not of this mail.
func (f *Failure) relayFailed() bool {
	return f.Class == programme.MailConfiguration || f.Phase == "connect" || f.Phase == "sign-in" ||
		f.Code == 421 || (f.Code == 0 && f.Class != programme.MailPermanent)
}

// phases names the steps of an exchange in go-mail's terms.
var phases = map[gomail.SendErrReason]string{
	gomail.ErrConnCheck: "MAIL", gomail.ErrSMTPMailFrom: "MAIL", gomail.ErrSMTPRcptTo: "RCPT", gomail.ErrSMTPData: "DATA",
	gomail.ErrWriteContent: "text", gomail.ErrSMTPDataClose: "end",
}

// classify says how an exchange ended that did not end with a sent mail (dependencies.md, 4.3). Without a code it was
// the network: before the final dot nothing was handed over, from the dot on nobody knows.
func classify(err error) *Failure {
	var sendErr *gomail.SendError
	if !errors.As(err, &sendErr) {
		return &Failure{Class: programme.MailTemporary, Phase: "MAIL"}
	}
	f := &Failure{Class: programme.MailTemporary, Code: sendErr.ErrorCode(), Phase: phases[sendErr.Reason]}
	switch {
	case f.Code == 0 && sendErr.Reason == gomail.ErrSMTPDataClose:
		f.Class = programme.MailAmbiguous
	case f.Code < 500:
	case signInCode(f.Code) || sendErr.Reason == gomail.ErrSMTPMailFrom:
		// It refuses us or our sender, whoever the mail is for: nobody's address must suffer for that.
		f.Class = programme.MailConfiguration
	default:
		f.Class = programme.MailPermanent
	}
	return f
}

// signInCode reports whether a code asks for another sign-in (RFC 4954, 6).
func signInCode(code int) bool { return code == 530 || code == 534 || code == 535 || code == 538 }

// connectFailure says why there is no connection. An answer in the greeting or before sign-in is about the relay's
// state and may pass, whatever its code.
func connectFailure(err error) *Failure {
	f := &Failure{Class: programme.MailTemporary, Phase: "connect", err: network(err)}
	if answer := (*textproto.Error)(nil); errors.As(err, &answer) {
		f.Code, f.err = answer.Code, nil
	}
	return f
}

// signInFailure says why the relay did not take our name and password. What may pass is temporary; the rest needs
// somebody to mend the settings.
func signInFailure(err error) *Failure {
	f := &Failure{Class: programme.MailTemporary, Phase: "sign-in"}
	var answer *textproto.Error
	switch {
	case errors.As(err, &answer):
		if f.Code = answer.Code; f.Code >= 500 {
			f.Class = programme.MailConfiguration
		}
	case errors.Is(err, errNoSignIn):
		f.Class, f.err = programme.MailConfiguration, err
	default:
		f.err = network(err)
	}
	return f
}

// network is an error of the network as it is, and one that quotes the relay's words without them.
func network(err error) error {
	if words := textproto.ProtocolError(""); errors.As(err, &words) {
		return errors.New("the answer is not that of a mail relay")
	}
	return err
}

var (
	queuedAs  = regexp.MustCompile(`(?i)(?:queued as|id=)\s*<?([A-Za-z0-9][A-Za-z0-9._:+-]{0,99})`)
	queueWord = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:+-]{5,99}$`)
)

// queueID finds what the relay called the mail in its answer: after "queued as" or "id=", else the last word that looks
// like one. Anything else in the answer, an address say, is left alone.
func queueID(answer string) string {
	if found := queuedAs.FindStringSubmatch(answer); found != nil {
		return found[1]
	}
	words := strings.Fields(answer)
	for i := len(words) - 1; i >= 0; i-- {
		if queueWord.MatchString(words[i]) && strings.ContainsAny(words[i], "0123456789") {
			return words[i]
		}
	}
	return ""
}
