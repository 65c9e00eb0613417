package records

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
)

// The acceptance test of a driver (dependencies.md, 4.4): what breaks a key comes back as gorm's error.
func TestKeysAreTranslated(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		person := newPersonRow(programme.Person{GivenName: "Ada", Email: "ada@service.example"}, begins)
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error { return tx.Create(&person).Error }))
		cases := map[string]struct {
			write func(tx *gorm.DB) error
			want  error
		}{
			"primary key": {func(tx *gorm.DB) error {
				again := person
				again.EmailFolded = "other@service.example"
				return tx.Create(&again).Error
			}, gorm.ErrDuplicatedKey},
			"unique key": {func(tx *gorm.DB) error {
				again := person
				again.ID = "another"
				return tx.Create(&again).Error
			}, gorm.ErrDuplicatedKey},
			"foreign key": {func(tx *gorm.DB) error {
				return tx.Create(&journeyRow{Ref: "P-000000", Cohort: "none", PersonID: "none", CreatedAt: begins}).Error
			}, gorm.ErrForeignKeyViolated},
		}
		for name, c := range cases {
			var seen error
			err := b.tx(b.ctx, func(tx *gorm.DB) error { seen = c.write(tx); return seen })
			if !errors.Is(seen, c.want) {
				t.Errorf("%s: gorm says %v, want %v", name, seen, c.want)
			}
			if !errors.Is(err, programme.ErrConflict) {
				t.Errorf("%s: the edge says %v, want ErrConflict", name, err)
			}
		}
	})
}

// Moments come back in UTC to the millisecond and compare as moments, whatever zone and fraction they were written in.
func TestMomentsCompareAsMoments(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		base := london("2027-07-01 09:00")
		moments := []time.Time{ // ascending
			base.Add(-time.Hour).In(programme.London), base, base.Add(time.Millisecond).In(programme.London),
			base.Add(100 * time.Millisecond), base.Add(120*time.Millisecond + 345*time.Microsecond),
			base.Add(time.Second).In(time.FixedZone("east", 5*3600)), base.Add(time.Hour), base.Add(200 * 24 * time.Hour),
		}
		must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 10)))
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			for i, at := range moments {
				row := operationRow{ID: string(rune('a' + i)), Kind: "launch", State: "done", At: at, CreatedReal: at, FinishedReal: &at}
				if err := tx.Create(&row).Error; err != nil {
					return err
				}
			}
			return nil
		}))
		var rows []operationRow
		must(t, b.read(b.ctx).Order("at").Find(&rows).Error)
		for i, row := range rows {
			want := moments[i].UTC().Truncate(time.Millisecond)
			if row.At != want || *row.FinishedReal != want {
				t.Errorf("moment %d came back as %v and %v, want %v", i, row.At, row.FinishedReal, want)
			}
			var before int64
			must(t, b.read(b.ctx).Model(&operationRow{}).Where("at < ?", moments[i]).Count(&before).Error)
			if before != int64(i) {
				t.Errorf("%d moments before moment %d", before, i)
			}
			must(t, b.read(b.ctx).Model(&operationRow{}).Where("finished_real <= ?", &moments[i]).Count(&before).Error)
			if before != int64(i+1) {
				t.Errorf("%d moments up to moment %d", before, i)
			}
		}
	})
}

// A transaction that lost a race runs again, and what it did before is gone.
func TestTransactionsRunAgain(t *testing.T) {
	t.Parallel()
	b := setupPostgres(t)
	must(t, b.CreateCohort(b.ctx, testCohort("a", programme.RouteInvitation, 10)))
	must(t, b.CreateCohort(b.ctx, testCohort("b", programme.RouteInvitation, 10)))
	var both sync.WaitGroup
	both.Add(2)
	meet := func() { both.Done(); both.Wait() } // each holds one row before it asks for the other
	take := func(first, second string) error {
		var once sync.Once
		return b.tx(b.ctx, func(tx *gorm.DB) error {
			if err := takePlaces(tx, first, 1); err != nil {
				return err
			}
			once.Do(meet)
			return takePlaces(tx, second, 1)
		})
	}
	errs := make(chan error, 2)
	go func() { errs <- take("a", "b") }()
	go func() { errs <- take("b", "a") }()
	must(t, errors.Join(<-errs, <-errs))
	for _, name := range []string{"a", "b"} {
		c, err := b.Cohort(b.ctx, name)
		must(t, err)
		if c.PlacesHeld != 2 {
			t.Errorf("cohort %s holds %d places, want 2", name, c.PlacesHeld)
		}
	}
}

// A connection that dies is ErrUnavailable, and the next call works again without a restart.
func TestLostConnectionsComeBack(t *testing.T) {
	t.Parallel()
	b := setupPostgres(t)
	must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 10)))
	other := b.another(t)
	err := b.tx(b.ctx, func(tx *gorm.DB) error {
		var pid int
		if err := tx.Raw("SELECT pg_backend_pid()").Scan(&pid).Error; err != nil {
			return err
		}
		var ended bool
		must(t, other.read(b.ctx).Raw("SELECT pg_terminate_backend(?, 5000)", pid).Scan(&ended).Error)
		return takePlaces(tx, "spring", 1)
	})
	if !errors.Is(err, programme.ErrUnavailable) {
		t.Errorf("a connection that died is %v, want ErrUnavailable", err)
	}
	must(t, b.Ping(b.ctx))
	if c, err := b.Cohort(b.ctx, "spring"); err != nil || c.PlacesHeld != 0 {
		t.Errorf("what was not committed is there: %+v, %v", c, err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if err := b.Ping(b.ctx); !errors.Is(err, programme.ErrUnavailable) {
		t.Errorf("a closed store answers %v, want ErrUnavailable", err)
	}
}

// Readers never wait for the writer, and never write.
func TestReadersGoOnWhileOneWrites(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bundle) {
		must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 10)))
		ctx, cancel := context.WithTimeout(b.ctx, 4*time.Second)
		defer cancel()
		must(t, b.tx(b.ctx, func(tx *gorm.DB) error {
			if err := takePlaces(tx, "spring", 1); err != nil {
				return err
			}
			for range 10 {
				if c, err := b.Cohort(ctx, "spring"); err != nil || c.PlacesHeld != 0 {
					t.Errorf("while a place is being taken a reader sees %d held, %v", c.PlacesHeld, err)
				}
			}
			return nil
		}))
		if b.postgres {
			return
		}
		if err := b.db.Exec(`UPDATE cohorts SET places = 1`).Error; err == nil {
			t.Error("the reading handle wrote")
		}
	})
}

func TestSQLiteWritersOfTwoProcessesTakeTurns(t *testing.T) {
	t.Parallel()
	b := setupSQLite(t)
	must(t, b.CreateCohort(b.ctx, testCohort("spring", programme.RouteInvitation, 200)))
	other := b.another(t)
	var wait sync.WaitGroup
	for i := range 40 {
		s := b.Store
		if i%2 == 1 {
			s = other
		}
		wait.Add(1)
		go func() {
			defer wait.Done()
			if err := s.tx(b.ctx, func(tx *gorm.DB) error { return takePlaces(tx, "spring", 1) }); err != nil {
				t.Error(err)
			}
		}()
	}
	wait.Wait()
	c, err := b.Cohort(b.ctx, "spring")
	must(t, err)
	if c.PlacesHeld != 40 {
		t.Errorf("%d places held, want 40", c.PlacesHeld)
	}
}

func TestOpenRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return begins }
	dir := t.TempDir()
	for name, urls := range map[string][2]string{
		"one database for both": {"sqlite:" + dir + "/a.db", "sqlite:" + dir + "/a.db"},
		"another kind":          {"mysql://somewhere", "sqlite:" + dir + "/k.db"},
		"no path":               {"sqlite:", "sqlite:" + dir + "/k.db"},
		"no folder":             {"sqlite:" + dir + "/missing/a.db", "sqlite:" + dir + "/k.db"},
	} {
		if _, err := Open(t.Context(), urls[0], urls[1], now, Options{}); err == nil {
			t.Errorf("%s was opened", name)
		}
	}
	_, err := Open(t.Context(), "postgres://nobody@/none?host="+dir, "sqlite:"+dir+"/k.db", now, Options{})
	if !errors.Is(err, programme.ErrUnavailable) {
		t.Errorf("an unreachable database is %v, want ErrUnavailable", err)
	}
}
