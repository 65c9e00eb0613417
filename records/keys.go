package records

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// What a person answered, needs and was sent is encrypted with a key of the person's own. Keys and research pseudonyms
// lie in a store of their own, so that no dump of the records can be read without it.

// keyStore keeps the keys. Keys are cached, a bounded number of them.
type keyStore struct {
	db *database

	mu    sync.Mutex
	cache map[string]cipher.AEAD
}

// cachedKeys is how many people's keys are held in memory.
const cachedKeys = 4096

// sealed begins every encrypted value: the way it was encrypted, AES-256-GCM with a random nonce of 12 bytes.
const sealed = 1

type keyRow struct {
	PersonID string `gorm:"primaryKey"`
	Key      []byte
}

func (keyRow) TableName() string { return "person_keys" }

type pseudonymRow struct {
	Ref       string `gorm:"primaryKey"`
	Pseudonym string
}

func (pseudonymRow) TableName() string { return "pseudonyms" }

func newKeyStore(db *database) *keyStore {
	return &keyStore{db: db, cache: map[string]cipher.AEAD{}}
}

func (k *keyStore) migrations() migrations {
	return migrations{db: k.db.raw, dialect: k.db.dialect, folder: "migrations/keys", table: keysTable}
}

// encrypt seals plain with the person's key, which is made on first use. Empty plain is nil, and NULL in its column.
// It writes to the store of keys, never to the records, so it may be called within tx.
func (s *Store) encrypt(ctx context.Context, personID string, plain []byte) ([]byte, error) {
	if len(plain) == 0 {
		return nil, nil
	}
	aead, err := s.keys.of(ctx, personID, true)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 1+aead.NonceSize(), 1+aead.NonceSize()+len(plain)+aead.Overhead())
	out[0] = sealed
	_, _ = rand.Read(out[1:]) // never fails, see crypto/rand
	return aead.Seal(out, out[1:], plain, []byte(personID)), nil
}

// decrypt opens what encrypt sealed for the same person; nil stays nil. ErrNotFound says that the key was destroyed.
func (s *Store) decrypt(ctx context.Context, personID string, box []byte) ([]byte, error) {
	if len(box) == 0 {
		return nil, nil
	}
	aead, err := s.keys.of(ctx, personID, false)
	if err != nil {
		return nil, err
	}
	head := 1 + aead.NonceSize()
	if len(box) < head || box[0] != sealed {
		return nil, errors.New("an encrypted column holds something else")
	}
	plain, err := aead.Open(nil, box[1:head], box[head:], []byte(personID))
	if err != nil {
		return nil, fmt.Errorf("decrypt a column: %w", err)
	}
	return plain, nil
}

// Pseudonym is the research pseudonym of a participation, made on first use. Only the store of keys knows whose it is.
func (s *Store) Pseudonym(ctx context.Context, ref string) (string, error) {
	pseudonym, err := s.pseudonymKept(ctx, ref)
	if !errors.Is(err, programme.ErrNotFound) {
		return pseudonym, err
	}
	row := pseudonymRow{Ref: ref}
	err = runTx(ctx, s.keys.db.writes, func(tx *gorm.DB) error {
		row = pseudonymRow{Ref: ref, Pseudonym: randomHex(16)}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return err
		}
		return tx.Take(&row, "ref = ?", ref).Error
	})
	return row.Pseudonym, err
}

// pseudonymKept is the research pseudonym of a participation; ErrNotFound where none was made, or it was destroyed.
func (s *Store) pseudonymKept(ctx context.Context, ref string) (string, error) {
	var row pseudonymRow
	err := s.keys.db.reads.WithContext(ctx).Take(&row, "ref = ?", ref).Error
	return row.Pseudonym, edge(err)
}

// destroyPseudonym destroys what joins a participation to its survey answers. One that is not there is destroyed.
func (k *keyStore) destroyPseudonym(ctx context.Context, ref string) error {
	return k.wipe(ctx, func(tx *gorm.DB) error { return tx.Where("ref = ?", ref).Delete(&pseudonymRow{}).Error })
}

// wipe deletes, and on SQLite takes what was deleted out of the log beside the file as well.
func (k *keyStore) wipe(ctx context.Context, work func(tx *gorm.DB) error) error {
	err := runTx(ctx, k.db.writes, work)
	if err == nil && k.db.dialect == dialectSQLite {
		_, err = k.db.raw.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	return edge(err)
}

// of is the cipher of a person; create allows a new key.
func (k *keyStore) of(ctx context.Context, personID string, create bool) (cipher.AEAD, error) {
	k.mu.Lock()
	aead := k.cache[personID]
	k.mu.Unlock()
	if aead != nil {
		return aead, nil
	}
	if personID == "" {
		return nil, errors.New("a key belongs to a person: no person was named")
	}
	var row keyRow
	err := edge(k.db.reads.WithContext(ctx).Take(&row, "person_id = ?", personID).Error)
	if errors.Is(err, programme.ErrNotFound) && create {
		row, err = k.create(ctx, personID)
	}
	if err != nil {
		return nil, fmt.Errorf("key of a person: %w", err)
	}
	return k.remember(row)
}

// fetch reads the keys of many people at once, so that opening what they encrypted sends no statement for each of them. A
// key that was destroyed is left out.
func (k *keyStore) fetch(ctx context.Context, people []string) error {
	k.mu.Lock()
	missing := slices.DeleteFunc(slices.Clone(people), func(id string) bool { return k.cache[id] != nil })
	k.mu.Unlock()
	for part := range chunks(missing, 500) {
		var rows []keyRow
		if err := k.db.reads.WithContext(ctx).Where("person_id IN ?", part).Find(&rows).Error; err != nil {
			return edge(err)
		}
		for _, row := range rows {
			if _, err := k.remember(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// remember keeps a key in memory.
func (k *keyStore) remember(row keyRow) (cipher.AEAD, error) {
	block, err := aes.NewCipher(row.Key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for other := range k.cache { // any will do: it is read again when it is needed
		if len(k.cache) < cachedKeys {
			break
		}
		delete(k.cache, other)
	}
	k.cache[row.PersonID] = aead
	return aead, nil
}

// create makes the person's key; where another process was faster, its key counts.
func (k *keyStore) create(ctx context.Context, personID string) (keyRow, error) {
	row := keyRow{PersonID: personID, Key: make([]byte, 32)}
	_, _ = rand.Read(row.Key) // never fails, see crypto/rand
	err := runTx(ctx, k.db.writes, func(tx *gorm.DB) error {
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return err
		}
		var kept keyRow
		if err := tx.Take(&kept, "person_id = ?", personID).Error; err != nil {
			return err
		}
		row = kept
		return nil
	})
	return row, err
}

// destroy destroys a key: what it encrypted cannot be read any more, in no backup of the records either. A key that is not
// there is destroyed.
func (k *keyStore) destroy(ctx context.Context, personID string) error {
	err := k.wipe(ctx, func(tx *gorm.DB) error { return tx.Where("person_id = ?", personID).Delete(&keyRow{}).Error })
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.cache, personID)
	return err
}

// randomHex is n random bytes in hex: an opaque id.
func randomHex(n int) string {
	bits := make([]byte, n)
	_, _ = rand.Read(bits) // never fails, see crypto/rand
	return hex.EncodeToString(bits)
}
