package records

import (
	"context"
	"fmt"
	"time"

	"fairlead/programme"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

type staffRow struct {
	ID             string `gorm:"primaryKey"`
	Email          string
	Role           string
	AddedReal      time.Time
	LastSignInReal *time.Time
}

func (staffRow) TableName() string { return "staff" }

func staffFromRow(r staffRow) programme.Staff {
	return programme.Staff{ID: r.ID, Email: r.Email, Role: r.Role, Added: r.AddedReal.UTC(), LastSignIn: orZero(r.LastSignInReal)}
}

// StaffList lists everybody with a role by address, with how many sessions of each go on.
func (s *Store) StaffList(ctx context.Context) ([]programme.Staff, error) {
	var rows []staffRow
	if err := s.read(ctx).Order("email").Find(&rows).Error; err != nil {
		return nil, edge(err)
	}
	var counts []struct {
		StaffID string
		N       int
	}
	err := s.live(s.read(ctx)).Model(&staffSessionRow{}).Select("staff_id, count(*) AS n").Where("staff_id <> ''").Group("staff_id").Scan(&counts).Error
	if err != nil {
		return nil, edge(err)
	}
	sessions := map[string]int{}
	for _, one := range counts {
		sessions[one.StaffID] = one.N
	}
	list := make([]programme.Staff, len(rows))
	for i, row := range rows {
		list[i] = staffFromRow(row)
		list[i].Sessions = sessions[row.ID]
	}
	return list, nil
}

// StaffAddresses are the addresses of everybody with a role.
func (s *Store) StaffAddresses(ctx context.Context) ([]string, error) {
	var addresses []string
	err := s.read(ctx).Model(&staffRow{}).Order("email").Pluck("email", &addresses).Error
	return addresses, edge(err)
}

// AddStaff gives an address a role. Where it has that role already nothing changes; *Invalid where it has another, or
// something is missing.
func (s *Store) AddStaff(ctx context.Context, email, role, by, reason string) (programme.Staff, error) {
	if err := programme.CheckStaff(email, role, reason); err != nil {
		return programme.Staff{}, err
	}
	row := staffRow{ID: randomHex(8), Email: programme.FoldEmail(email), Role: role, AddedReal: s.realNow()}
	var kept staffRow
	err := s.tx(ctx, func(tx *gorm.DB) error {
		kept = staffRow{}
		made := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "email"}}, DoNothing: true}).Create(&row)
		if made.Error != nil {
			return made.Error
		}
		if made.RowsAffected == 1 {
			kept = row
			return s.audit(tx, programme.AuditEntry{Actor: by, Action: programme.AuditStaffAdded, Subject: staffFromRow(row).Actor(), Detail: role, Reason: reason})
		}
		if err := tx.Take(&kept, "email = ?", row.Email).Error; err != nil {
			return err
		}
		if kept.Role != role {
			return programme.Refuse("email", "This address is on the list already, with another role: change it there")
		}
		return nil
	})
	if err != nil {
		return programme.Staff{}, err
	}
	return staffFromRow(kept), nil
}

// ChangeStaffRole gives somebody another role, which holds in their sessions at once; was is the role that whoever changes
// it saw. The same role again changes nothing. ErrNotFound; ErrConflict where somebody changed it meanwhile;
// *programme.Illegal where nobody would be left who administers.
func (s *Store) ChangeStaffRole(ctx context.Context, id, was, role, by, reason string) error {
	if err := programme.CheckRole(role, reason); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		row, err := s.staffForChange(tx, id, role == programme.StaffAdmin)
		if err != nil {
			return err
		}
		switch row.Role {
		case role:
			return nil
		case was:
		default:
			return fmt.Errorf("staff: %w", programme.ErrConflict)
		}
		if err := tx.Model(&staffRow{}).Where("id = ?", id).Update("role", role).Error; err != nil {
			return err
		}
		return s.audit(tx, programme.AuditEntry{Actor: by, Action: programme.AuditRoleChanged, Subject: staffFromRow(row).Actor(),
			Detail: row.Role + " to " + role, Reason: reason})
	})
}

// RemoveStaff takes somebody's role away and ends all their sessions at once. ErrNotFound; *programme.Illegal where nobody
// would be left who administers.
func (s *Store) RemoveStaff(ctx context.Context, id, by, reason string) error {
	if err := programme.CheckReason(reason); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		row, err := s.staffForChange(tx, id, false)
		if err != nil {
			return err
		}
		if err := tx.Where("staff_id = ?", id).Delete(&staffSessionRow{}).Error; err != nil {
			return err
		}
		if err := tx.Where("id = ?", id).Delete(&staffRow{}).Error; err != nil {
			return err
		}
		return s.audit(tx, programme.AuditEntry{Actor: by, Action: programme.AuditStaffRemoved, Subject: staffFromRow(row).Actor(),
			Detail: row.Role, Reason: reason})
	})
}

// staffForChange is somebody's row, which nobody else changes until the transaction ends. Where it is the last one who
// administers, and would do so no longer, it refuses. All who administer are held in one order, so that of two who
// remove each other one is refused.
func (s *Store) staffForChange(tx *gorm.DB, id string, staysAdmin bool) (staffRow, error) {
	var held []staffRow
	if err := locked(tx).Where("role = ? OR id = ?", programme.StaffAdmin, id).Order("id").Find(&held).Error; err != nil {
		return staffRow{}, err
	}
	var row staffRow
	admins := 0
	for _, one := range held {
		if one.ID == id {
			row = one
		}
		if one.Role == programme.StaffAdmin {
			admins++
		}
	}
	switch {
	case row.ID == "":
		return row, fmt.Errorf("staff: %w", programme.ErrNotFound)
	case row.Role == programme.StaffAdmin && admins == 1 && !staysAdmin:
		return row, &programme.Illegal{What: "Taking this role away", State: "last administrator", Why: "Somebody must administer: make somebody else an administrator first."}
	}
	return row, nil
}
