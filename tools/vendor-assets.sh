#!/bin/sh
# Fetches what browsers load and Fairlead did not write from npm, into the folders that hold it, and verifies it: each
# folder names its package in VERSION and the SHA-256 of the tarball and of every file as kept in SHA256SUMS. After
# another version was written into VERSION, ACCEPT=1 records the checksums of what came, to be reviewed and committed.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() { # folder
	name=$(cat "$1/VERSION")
	rm -rf "$work/package" "$work"/*.tgz
	(cd "$work" && npm pack --silent "$name" >package.name)
	mv "$work/$(tail -n 1 "$work/package.name")" "$work/package.tgz"
	tar -xzf "$work/package.tgz" -C "$work"
}

verify() { # folder, files
	folder=$1
	shift
	cp "$work/package.tgz" "$folder/package.tgz"
	trap 'rm -rf "$work" "$folder/package.tgz"' EXIT
	if [ "${ACCEPT:-}" = 1 ]; then
		(cd "$folder" && sha256sum package.tgz VERSION "$@" >SHA256SUMS)
	fi
	(cd "$folder" && sha256sum -c SHA256SUMS)
	rm "$folder/package.tgz"
}

# The design system without the font and the crest, which belong to GOV.UK alone, and with the font that fairlead.css names.
design=api/assets/govuk
fetch $design
sed -e 's|/\*! Copyright (c) 2011 by Margaret Calvert[^*]*\*/||' \
	-e 's|@font-face{[^}]*}||g' \
	-e 's|\.govuk-footer__copyright-logo:before{[^}]*govuk-crest[^}]*}||g' \
	-e 's|GDS Transport,arial,sans-serif|var(--fairlead-font,sans-serif)|g' \
	-e 's|^/\*# sourceMappingURL=.*\*/$||' \
	"$work/package/dist/govuk/govuk-frontend.min.css" >$design/govuk-frontend.min.css
sed -e 's|//# sourceMappingURL=.*$||' "$work/package/dist/govuk/govuk-frontend.min.js" >$design/govuk-frontend.min.js
verify $design LICENSE govuk-frontend.min.css govuk-frontend.min.js # the tarball has no licence file: its text is kept here

# The accessibility checker, which tests alone use.
axe=internal/browsertest/testdata/axe-core
fetch $axe
cp "$work/package/axe.min.js" "$work/package/LICENSE" "$work/package/LICENSE-3RD-PARTY.txt" $axe/
verify $axe LICENSE LICENSE-3RD-PARTY.txt axe.min.js
