package sink

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The files of the mail folder.
const (
	indexFile = "index.jsonl"
	dataFile  = "data.jsonl"
)

// box is the mail folder of the one process that writes to it.
type box struct {
	dir string

	mu      sync.Mutex
	index   *os.File
	data    *os.File
	mails   []Mail
	arrived chan struct{}
}

func openBox(dir string) (*box, error) {
	if dir == "" {
		return nil, errors.New("the mail sink needs a folder")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the mail folder: %w", err)
	}
	b := &box{dir: dir, arrived: make(chan struct{})}
	var err error
	if b.mails, err = Index(dir); err != nil {
		return nil, err
	}
	if b.index, err = appendTo(filepath.Join(dir, indexFile)); err != nil {
		return nil, err
	}
	if b.data, err = appendTo(filepath.Join(dir, dataFile)); err != nil {
		_ = b.index.Close()
		return nil, err
	}
	return b, nil
}

// appendTo opens a file of lines for appending. A last line that a kill cut short is taken away: its mail was never
// acknowledged.
func appendTo(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the mail folder: %w", err)
	}
	content, err := io.ReadAll(f)
	if err == nil {
		whole := int64(bytes.LastIndexByte(content, '\n') + 1)
		if err = f.Truncate(whole); err == nil {
			_, err = f.Seek(whole, io.SeekStart)
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return f, nil
}

// add keeps a mail; when it returns without error the mail is on the disk.
func (b *box) add(m Mail, raw []byte) (Mail, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m.ID = fmt.Sprintf("%06d", b.last()+1)
	if err := writeWhole(filepath.Join(b.dir, m.ID+".eml"), raw); err != nil {
		return Mail{}, err
	}
	if err := syncDir(b.dir); err != nil {
		return Mail{}, err
	}
	if err := writeLine(b.index, m); err != nil {
		return Mail{}, err
	}
	if err := b.index.Sync(); err != nil {
		return Mail{}, fmt.Errorf("keep the index: %w", err)
	}
	b.mails = append(b.mails, m)
	close(b.arrived)
	b.arrived = make(chan struct{})
	return m, nil
}

// last is the number of the newest mail, 0 where there is none.
func (b *box) last() int {
	if len(b.mails) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(b.mails[len(b.mails)-1].ID)
	return n
}

func (b *box) log(d Data) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = writeLine(b.data, d) // a log of tests: the mail itself matters more
}

func (b *box) list(to string) []Mail {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []Mail
	for _, m := range b.mails {
		if to == "" || strings.EqualFold(m.To, to) {
			found = append(found, m)
		}
	}
	return found
}

func (b *box) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.mails)
}

func (b *box) arrival() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.arrived
}

func (b *box) close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return errors.Join(b.index.Close(), b.data.Close())
}

// Data is one DATA that a client began: how it ended is the sink's own knowledge, whatever the client made of it.
type Data struct {
	At        time.Time `json:"at"` // real time
	To        string    `json:"to"`
	MessageID string    `json:"message_id"`
	Keys      []string  `json:"keys,omitempty"`
	Bytes     int       `json:"bytes"`
	// Outcome is accepted, refused (451 after the dot), hung or dropped (whole, but never answered; Kept says whether
	// the mail lies in the folder), or broken (the client went away before the final dot).
	Outcome string `json:"outcome"`
	Kept    bool   `json:"kept"`
}

// The outcomes of a DATA.
const (
	DataAccepted = "accepted"
	DataRefused  = "refused"
	DataHung     = "hung"
	DataDropped  = "dropped"
	DataBroken   = "broken"
)

// Index reads the index of a mail folder in the order of receipt, also while a sink writes to it. A folder without
// mail is no error.
func Index(dir string) ([]Mail, error) { return readLines[Mail](filepath.Join(dir, indexFile)) }

// DataLog reads how every DATA ended, in order.
func DataLog(dir string) ([]Data, error) { return readLines[Data](filepath.Join(dir, dataFile)) }

// Raw reads a mail as it came over the wire. An id that is not known is an error that wraps fs.ErrNotExist.
func Raw(dir, id string) ([]byte, error) {
	if id == "" || strings.Trim(id, "0123456789") != "" {
		return nil, fmt.Errorf("mail %q: %w", id, fs.ErrNotExist)
	}
	return os.ReadFile(filepath.Join(dir, id+".eml"))
}

func readLines[T any](path string) ([]T, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []T
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return all, nil // the end; a line without its end is still being written
		}
		var one T
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, fmt.Errorf("%s holds a line that is no JSON: %w", path, err)
		}
		all = append(all, one)
	}
}

func writeLine(f *os.File, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return err
}

func writeWhole(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("keep a mail: %w", err)
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
