package postgrestest

import (
	"errors"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// runner is the account that runs PostgreSQL, which refuses root: the tests' own, or postgres where that is root.
type runner struct{ credential *syscall.Credential }

func account() (runner, error) {
	if os.Geteuid() != 0 {
		return runner{}, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		return runner{}, errors.New("PostgreSQL refuses root, and there is no user postgres to run it as")
	}
	uid, _ := strconv.ParseUint(who.Uid, 10, 32)
	gid, _ := strconv.ParseUint(who.Gid, 10, 32)
	return runner{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// own makes a folder the runner's.
func (r runner) own(folder string) error {
	if r.credential == nil {
		return nil
	}
	return os.Chown(folder, int(r.credential.Uid), int(r.credential.Gid))
}

// attributes run a process as the runner and end it with the thread that started it.
func (r runner) attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: r.credential, Pdeathsig: syscall.SIGQUIT, Setpgid: true}
}
