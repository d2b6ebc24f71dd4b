#!/usr/bin/env bash
# One entry for setting Ronde up. `./deploy.sh help` says what it can do.
#
# RONDE_VENV     where `demo` and `test` keep their Python packages (default: .venv beside this file)
# RONDE_PYTHON   which Python to take (default: the first good one found)
# RONDE_PREFIX   install `hub`, `station` and `kiosk` under this folder instead of /, and start nothing: for making an
#                SD card's image, and for the tests. Needs no root.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
venv=${RONDE_VENV:-$root/.venv}
[[ $venv == /* ]] || venv=$PWD/$venv
prefix=${RONDE_PREFIX:-}
work=
apt_is_fresh=

usage() {
    cat <<'TEXT'
Ronde, la ronde des ateliers.

  ./deploy.sh demo [options]               jouer toute une journée ici, sans matériel
                                           (options : ./deploy.sh demo --help)
  ./deploy.sh test [--long] [options]      installer ce qu'il faut aux tests, et tous les lancer
                                           (--long : en entier ; les autres options vont à pytest)
  sudo ./deploy.sh hub [--yes] [--kiosk] [--event FICHIER]
                                           installer l'accueil sur cette machine ; avec --kiosk, son écran tactile
                                           devient la borne des familles, et rien d'autre
  sudo ./deploy.sh station [--yes] [--hub ADRESSE] [CODE]
                                           installer la station d'un atelier sur cette machine ; sans CODE, elle
                                           attend qu'on scanne celui que montre l'accueil
  sudo ./deploy.sh kiosk [--yes] ADRESSE   faire de cette machine une borne de plus, rien que cela
                                           (ADRESSE : celle de l'accueil, http://accueil.local:8080)
  ./deploy.sh help                         ce texte

Dans un terminal, hub, station et kiosk demandent d'abord si c'est bien cela ; avec --yes, ils ne demandent rien.
TEXT
}

say() { printf '  %s\n' "$*"; }

fail() {
    printf '\nronde : %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '        %s\n' "$line" >&2; done
    exit 1
}

clean_up() { [[ -z $work ]] || rm -rf -- "$work"; }
trap clean_up EXIT

temporary() { # a folder of our own, in $work
    [[ -n $work ]] || work=$(mktemp -d)
}

is_root() { [[ $(id -u) -eq 0 ]]; }

# ---- Debian's packages

# apt_install PACKAGE...: 1 where we may not. `sudo` is used only where it asks for no password.
apt_install() {
    local -a as=()
    command -v apt-get >/dev/null || return 1
    if ! is_root; then
        command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 1
        as=(sudo -n)
    fi
    temporary
    say "J'installe par apt : $*"
    if [[ -z $apt_is_fresh ]]; then
        "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >"$work/apt.log" 2>&1 || true
        apt_is_fresh=yes
    fi
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" </dev/null >"$work/apt.log" 2>&1 || {
        tail -n 5 "$work/apt.log" >&2
        return 1
    }
}

# ---- Python

# What a Python is: "ok 3.11", "old 3.9", "bits 3.11", "bare 3.11" (it cannot make a venv), or nothing.
probe() {
    "$1" -c '
import struct, sys
version = "%d.%d" % tuple(sys.version_info[:2])
if sys.version_info < (3, 11):
    print("old " + version)
elif struct.calcsize("P") < 8:
    print("bits " + version)
else:
    try:
        import ensurepip, venv
        print("ok " + version)
    except ImportError:
        print("bare " + version)
' 2>/dev/null </dev/null || true
}

# find_python NAME...: sets `python`, or ends with what is missing and how to get it.
find_python() {
    local name path found best='' bare=''
    [[ -z ${RONDE_PYTHON:-} ]] || set -- "$RONDE_PYTHON"
    for name in "$@"; do
        path=$(command -v -- "$name" 2>/dev/null) || continue
        found=$(probe "$path")
        case $found in
        ok*)
            python=$path
            return
            ;;
        bare*) bare=${bare:-$found} ;;
        ?*) best=${best:-$found} ;;
        esac
    done
    if [[ -n $bare ]]; then
        if is_root && [[ -z $prefix ]] && apt_install python3-venv "python${bare#bare }-venv"; then
            for name in "$@"; do
                path=$(command -v -- "$name" 2>/dev/null) || continue
                [[ $(probe "$path") == ok* ]] || continue
                python=$path
                return
            done
        fi
        fail "Python ${bare#bare } est là, mais il ne sait pas faire d'environnement (venv)." \
            "Installez-le, puis relancez la même commande :" "  sudo apt install python3-venv"
    fi
    case $best in
    bits*)
        fail "ce système est en 32 bits ; il faut un système 64 bits." \
            "Sur un Raspberry Pi : réinstallez la carte avec « Raspberry Pi OS (64-bit) »."
        ;;
    old*)
        fail "Python ${best#old } est trop ancien ; il faut Python 3.11 ou plus récent." \
            "Debian 12 ou 13 et Raspberry Pi OS (64-bit) l'ont d'origine :" "  sudo apt install python3 python3-venv"
        ;;
    esac
    if is_root && [[ -z $prefix ]] && [[ -z ${RONDE_PYTHON:-} ]] && apt_install python3 python3-venv; then
        python=/usr/bin/python3
        [[ $(probe "$python") == ok* ]] && return
    fi
    fail "aucun Python 3.11 ou plus récent n'a été trouvé${RONDE_PYTHON:+ (RONDE_PYTHON est « $RONDE_PYTHON »)}." \
        "Installez-le, puis relancez la même commande :" "  sudo apt install python3 python3-venv"
}

# pip_install LOG PYTHON ARGUMENT...
pip_install() {
    local log=$1 interpreter=$2
    shift 2
    env -u PIP_USER -u PIP_TARGET -u PIP_PREFIX -u PYTHONHOME -u PYTHONPATH \
        "$interpreter" -m pip install --no-input --disable-pip-version-check --prefer-binary --quiet "$@" \
        </dev/null >"$log" 2>&1 || explain_pip "$log"
}

explain_pip() {
    local log=$1
    if grep -qiE 'No space left' "$log"; then
        fail "plus de place sur le disque (il faut environ 1 Go)." "Libérez de la place, puis relancez."
    fi
    if grep -qiE 'NewConnectionError|NameResolution|Failed to resolve|Temporary failure|timed? ?out|Connection refused|ProxyError|unreachable' "$log"; then
        fail "les paquets Python n'ont pas pu être téléchargés." \
            "Vérifiez que cette machine a Internet (il n'en faut que pour installer), puis relancez."
    fi
    if grep -qiE 'SSLError|CERTIFICATE_VERIFY' "$log"; then
        fail "la connexion chiffrée a été refusée : l'heure de cette machine est peut-être fausse ($(date '+%d/%m/%Y %H:%M'))." \
            "Mettez-la à l'heure (sudo timedatectl set-ntp true), puis relancez."
    fi
    fail "les paquets Python n'ont pas pu être installés. Ce que pip en dit :" \
        "$(grep -E '^ *(ERROR|error)' "$log" | tail -n 3 || true)" "Le détail est dans $log"
}

# prepare EXTRA: a venv with ronde[EXTRA] in it, made or brought up to date only where need be.
# The install is editable: after `git pull` the new code is there, and only pyproject.toml asks for more.
prepare() {
    local extra=$1 wanted said python
    wanted="$root $venv $(sha256sum <"$root/pyproject.toml")"
    if "$venv/bin/python" -c '' 2>/dev/null; then
        for stamp in "$venv/.ronde-$extra" "$venv/.ronde-dev"; do
            [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && return
        done
    fi
    if [[ -e $venv && ! -f $venv/pyvenv.cfg && -n $(ls -A -- "$venv" 2>/dev/null) ]]; then
        fail "« $venv » existe et n'est pas un environnement Python : je n'y touche pas." \
            "Donnez un autre dossier : RONDE_VENV=~/ronde-venv ./deploy.sh …"
    fi
    if [[ -e $venv && ! -w $venv ]] || [[ ! -e $venv && ! -w $(dirname -- "$venv") ]] || [[ ! -w $root ]]; then
        fail "je ne peux pas écrire dans « $venv » ou « $root » (ils sont à quelqu'un d'autre)." \
            "Refaites le clone dans votre dossier personnel, ou rendez-les-vous :" \
            "  sudo chown -R \"\$USER\": \"$root\""
    fi
    if ! "$venv/bin/python" -c '' 2>/dev/null || [[ $(cat "$venv/.ronde-home" 2>/dev/null) != "$venv" ]]; then
        find_python python3 python3.13 python3.12 python3.11
        say "Je prépare un environnement Python ($python) dans $venv"
        said=$("$python" -m venv --clear "$venv" 2>&1) ||
            fail "l'environnement Python n'a pas pu être fait :" "${said##*$'\n'}" \
                "Essayez : sudo apt install python3-venv"
        printf '%s' "$venv" >"$venv/.ronde-home"
    fi
    say "J'installe les paquets (quelques minutes la première fois)…"
    pip_install "$venv/ronde-install.log" "$venv/bin/python" --editable "${root}[$extra]"
    printf '%s' "$wanted" >"$venv/.ronde-$extra"
    say "Paquets installés."
}

# ---- demo

demo() {
    prepare demo
    exec "$venv/bin/ronde" demo "$@"
}

# ---- test

tests() {
    local -a chosen=() missing=()
    for argument in "$@"; do
        if [[ $argument == --long ]]; then export RONDE_LONG=1; else chosen+=("$argument"); fi
    done
    PIP_NO_COMPILE=1 prepare dev # what is imported is compiled then, and that is a part of it

    command -v chromium >/dev/null || missing+=(chromium)
    command -v shellcheck >/dev/null || missing+=(shellcheck)
    command -v systemd-analyze >/dev/null || missing+=(systemd)
    has_library libfribidi.so.0 || missing+=(libfribidi0)
    command -v strace >/dev/null || missing+=(strace)
    command -v espeak-ng >/dev/null || missing+=(espeak-ng)
    command -v ip >/dev/null || missing+=(iproute2)
    [[ -f /usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf ]] || missing+=(fonts-dejavu-core)
    [[ -f /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf ]] || missing+=(fonts-noto-core) # as kiosks have it
    if ((${#missing[@]})) && ! apt_install "${missing[@]}"; then
        fail "il manque à cette machine, pour les tests : ${missing[*]}" "Installez-les, puis relancez :" \
            "  sudo apt install ${missing[*]}"
    fi
    # The same engine without windows does a third of the work. A Pi's own Chromium has none: then the whole one it is.
    command -v chromium-headless-shell >/dev/null || apt_install chromium-headless-shell 2>/dev/null || true
    prepare_emulator

    cd "$root"
    unset PYTHONDONTWRITEBYTECODE # or each of the processes that tests start compiles all of it anew
    check "la forme du code (ruff)" "$venv/bin/ruff" check .
    check "sa mise en page (ruff format)" "$venv/bin/ruff" format --check kiosk firmware tests
    check "les types (mypy)" "$venv/bin/mypy"
    local ran='' many
    many=$(at_once)
    say "Les tests (pytest) : ceux qui veulent la machine pour eux seuls, puis les autres, $many à la fois…"
    pytest_says -m alone "${chosen[@]}"
    pytest_says -m "not alone" --numprocesses="$many" --dist=loadfile --no-loadscope-reorder "${chosen[@]}"
    [[ -n $ran ]] || fail "aucun test ne correspond à ce qui est demandé : ${chosen[*]}"
    say "Tout passe."
}

# Most tests wait for a page or a process: more of them than processors keep these busy. Each takes a gigabyte at most.
at_once() {
    local many free
    many=$((2 * $(nproc) + 1))
    free=$(awk '/^MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
    ((free >= many)) || many=$((free > 1 ? free : 1))
    echo "$many"
}

# Tests chosen by path may lie in one half only: that the other has none is no failure.
pytest_says() {
    local code=0
    "$venv/bin/python" -m pytest "$@" || code=$?
    case $code in
    0) ran=yes ;;
    5) ;;
    *) fail "les tests ne passent pas : le premier échec est raconté au-dessus." ;;
    esac
}

has_library() {
    local folder
    for folder in /usr/lib/*-linux-gnu /usr/lib /lib /usr/local/lib; do
        [[ -e $folder/$1 ]] && return 0
    done
    return 1
}

check() { # WHAT COMMAND...
    local what=$1
    shift
    say "Je vérifie $what…"
    "$@" || fail "$what : ce qui ne va pas est dit au-dessus."
}

# emupos, the printer emulator that reads our tickets, wants a Python >= 3.13 in an environment of its own.
prepare_emulator() {
    local cache=${XDG_CACHE_HOME:-$HOME/.cache}/ronde said
    if [[ -z ${RONDE_EMUPOS:-} && ! -x $cache/emupos/bin/emupos ]]; then
        reach_fetched_python "$cache/python"
        if [[ -z $(newer_python) ]]; then
            say "L'émulateur d'imprimante demande Python 3.13, absent ici : je le prends avec uv."
            pip_install "$venv/ronde-install.log" "$venv/bin/python" uv
            "$venv/bin/uv" python install --quiet --install-dir "$cache/python" 3.13 >"$venv/ronde-install.log" 2>&1 ||
                fail "l'émulateur d'imprimante des tests demande Python 3.13 ou plus récent, et il n'y en a pas ici." \
                    "Sur Debian 13 : sudo apt install python3 python3-venv. Sur Debian 12 : installez pyenv," \
                    "puis « pyenv install 3.13 ». (Il reste séparé : Ronde garde son Python.)"
            reach_fetched_python "$cache/python"
        fi
        say "Je prépare l'émulateur d'imprimante…"
    fi
    said=$("$venv/bin/python" "$root/tests/paper/emupos.py" 2>&1) ||
        fail "l'émulateur d'imprimante n'a pas pu être préparé :" "${said##*$'\n'}"
}

newer_python() {
    (cd "$root/tests/paper" && "$venv/bin/python" -c 'import emupos; print(emupos.find_python() or "")')
}

reach_fetched_python() { # FOLDER
    local folder
    for folder in "$1"/*/bin; do
        [[ ! -d $folder ]] || PATH=$PATH:$folder
    done
}

# ---- hub, station and kiosk

# What is installed here, by us: /opt/ronde/<release>, with `current` for the one in use.
opt=$prefix/opt/ronde
etc=$prefix/etc/ronde
units=$prefix/etc/systemd/system
changed=
yes=

need_root() {
    is_root || [[ -n $prefix ]] ||
        fail "installer sur la machine demande les droits d'administration :" "  sudo ./deploy.sh $*"
}

# ask_first ROLE WHAT...: say what is to be done, and go on only with a yes. Nobody is asked without a terminal.
ask_first() {
    local answer=''
    [[ -z $yes && -t 0 && -t 1 ]] || return 0
    printf '\nronde : installer %s sur cette machine, « %s ».\n' "$1" "$(hostname 2>/dev/null || echo ici)"
    shift
    for line in "$@"; do printf '        - %s\n' "$line"; done
    printf '        %s\n\n' "Réglages et données qui sont déjà là restent tels quels."
    read -r -p '  Continuer ? [o/N] ' answer || true
    case $answer in
    [oOyY] | [oO][uU][iI] | [yY][eE][sS]) ;;
    *)
        say "Rien n'a été fait."
        exit 1
        ;;
    esac
}

what_changes() { # SERVICE: the lines of ask_first that are the same for both roles
    printf '%s\n' "le programme dans $opt, avec les paquets Debian et Python qui manquent (il faut Internet)" \
        "les réglages dans $etc, s'ils n'y sont pas"
    [[ -n $prefix ]] || printf '%s\n' "un utilisateur système, « ronde »" \
        "le service $1, qui démarre maintenant et à chaque démarrage de la machine"
}

runs_systemd() { [[ -z $prefix && -d /run/systemd/system ]]; }

owned() { # install as root, for ronde, where there is such a user
    if [[ -z $prefix ]]; then install -o "$1" -g ronde "${@:2}"; else install "${@:2}"; fi
}

make_user() {
    [[ -z $prefix ]] || return 0
    if ! id -u ronde >/dev/null 2>&1; then
        say "Je crée l'utilisateur système « ronde »"
        useradd --system --user-group --home-dir /var/lib/ronde --no-create-home --shell /usr/sbin/nologin ronde
    fi
    for group in dialout input lp gpio plugdev; do
        getent group "$group" >/dev/null && usermod --append --groups "$group" ronde
    done
    return 0
}

sources() { # the files that make the distribution, NUL between them
    (cd "$root" && find pyproject.toml README.md LICENSE kiosk firmware -type f ! -path '*/__pycache__/*' -print0) |
        LC_ALL=C sort -z
}

# release ROLE: sets `release`, the folder of this code's release, installed with all that this machine needs.
install_release() {
    local role=$1 version digest extras='' other python copy
    for other in hub station; do
        [[ $other != "$role" && ! -f $units/ronde-$other.service ]] || extras+=${extras:+,}$other
    done
    extras=${extras:-kiosk} # which needs nothing that the others have not
    version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/firmware/__init__.py")
    digest=$(cd "$root" && sources | xargs -0 sha256sum | sha256sum)
    release=$opt/$version-${digest:0:10}
    if [[ $(cat "$release/.complete" 2>/dev/null) == *"$extras"* ]] && "$release/bin/python" -c '' 2>/dev/null; then
        say "La version $(basename "$release") est déjà installée."
    else
        # A service cannot run a Python that lives in somebody's home: the system's own first.
        find_python /usr/bin/python3 /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11 \
            /usr/local/bin/python3
        say "J'installe la version $(basename "$release") dans ${release%/*} (quelques minutes)…"
        temporary
        copy=$work/sources
        mkdir -p "$copy" "$opt"
        sources | tar -C "$root" --null --files-from=- -cf - | tar -C "$copy" -xf -
        if [[ ! -f $release/.complete ]] || ! "$release/bin/python" -c '' 2>/dev/null; then
            rm -f "$release/.complete"
            "$python" -m venv --clear "$release" >"$work/venv.log" 2>&1 ||
                fail "l'environnement Python n'a pas pu être fait :" "$(tail -n 1 "$work/venv.log")"
        fi
        pip_install "$opt/install.log" "$release/bin/python" "${copy}[$extras]"
        [[ $extras != *station* ]] || link_lgpio
        printf '%s' "$extras" >"$release/.complete"
    fi
    if [[ $(readlink "$opt/current" 2>/dev/null) != "${release##*/}" ]]; then
        ln -sfn "${release##*/}" "$opt/current.new"
        mv -T "$opt/current.new" "$opt/current"
        changed=yes
    fi
}

# lgpio has no wheel for Python 3.13 on a Pi: Debian's package is lent to the release.
link_lgpio() {
    local site file
    [[ $(uname -m) == aarch64 ]] || return 0
    (cd "$work" && "$release/bin/python" -c 'import lgpio' 2>/dev/null) && return
    [[ -n $prefix ]] || apt_install python3-lgpio || true
    site=$("$release/bin/python" -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
    for file in /usr/lib/python3/dist-packages/lgpio.py /usr/lib/python3/dist-packages/_lgpio*.so; do
        [[ -e $file ]] && ln -sf "$file" "$site/"
    done
    (cd "$work" && "$release/bin/python" -c 'import lgpio' 2>/dev/null) ||
        say "ATTENTION : lgpio manque, les lumières et le son ne marcheront pas. Essayez : sudo apt install python3-lgpio"
}

offer_command() { # NAME: as a command for everyone
    mkdir -p "$prefix/usr/local/bin"
    ln -sfn "/opt/ronde/current/bin/$1" "$prefix/usr/local/bin/$1"
}

install_unit() { # NAME
    mkdir -p "$units"
    if ! cmp -s "$root/systemd/$1" "$units/$1"; then
        install -m 0644 "$root/systemd/$1" "$units/$1"
        changed=yes
    fi
}

start_unit() { # NAME: a notify service, so systemctl comes back when it is ready, or has failed
    if ! runs_systemd; then
        say "systemd ne tourne pas ici : $1 est installé, pas démarré. Il le sera au démarrage de la machine."
        mkdir -p "$units/multi-user.target.wants"
        ln -sfn "../$1" "$units/multi-user.target.wants/$1"
        return
    fi
    systemctl daemon-reload
    systemctl enable --quiet "$1"
    systemctl reset-failed "$1" 2>/dev/null || true
    if ! systemctl "${changed:+re}start" "$1"; then
        fail "$1 ne démarre pas. Ce qu'il en dit :" \
            "$(journalctl --unit "$1" --lines 6 --no-pager --output cat 2>/dev/null || true)" \
            "La suite : journalctl --unit $1"
    fi
}

hub() {
    local event='' target='' kiosk=''
    need_root hub "$@"
    while (($#)); do
        case $1 in
        --event)
            [[ $# -ge 2 ]] || fail "après --event, il faut le fichier de l'événement."
            event=$2
            shift 2
            ;;
        --yes)
            yes=yes
            shift
            ;;
        --kiosk)
            kiosk=yes
            shift
            ;;
        *) fail "option inconnue : $1" "  sudo ./deploy.sh hub [--yes] [--kiosk] [--event FICHIER]" ;;
        esac
    done
    [[ -z $event || -f $event ]] || fail "le fichier d'événement « $event » n'existe pas."
    local -a changes
    mapfile -t changes < <(what_changes ronde-hub)
    [[ -z $event ]] || changes+=("l'événement « $event »")
    [[ -z $kiosk ]] || changes+=("la borne, qui prend tout l'écran de cette machine")
    ask_first "l'accueil" "${changes[@]}"
    umask 022
    say "J'installe l'accueil."
    make_user
    if [[ -z $prefix ]] && ! has_library libfribidi.so.0; then
        apt_install libfribidi0 fonts-dejavu-core || say "libfribidi0 manque : sur les feuilles, seul l'arabe sera quand même bien formé, parmi les écritures qui en ont besoin."
    fi
    if [[ -z $prefix ]] && ! command -v espeak-ng >/dev/null; then
        apt_install espeak-ng || say "espeak-ng manque : la borne ne lira pas ses pages à voix haute."
    fi
    install_release hub
    owned ronde -d -m 0750 "$etc"
    owned ronde -d -m 0700 "$prefix/var/lib/ronde"
    offer_command ronde

    if [[ -n $event || ! -f $etc/hub.toml ]]; then
        event=${event:-$root/kiosk/events/roubaix-2022.toml}
        env -u LC_ALL -u LC_MESSAGES LANG=fr_FR.UTF-8 PYTHONUTF8=1 "$release/bin/ronde" check "$event" || fail "l'événement « $event » est à corriger d'abord : voir au-dessus."
        target=$etc/$(basename -- "$event")
        if [[ -f $target ]] && ! cmp -s "$event" "$target"; then
            say "$target existe et diffère : je le garde, et je pose le vôtre à côté, en .nouveau"
            target=${target%.toml}.nouveau.toml
        fi
        cmp -s "$event" "$target" || owned root -m 0640 "$event" "$target"
    fi
    if [[ -f $etc/hub.toml ]]; then
        say "Les réglages $etc/hub.toml sont gardés tels quels."
        if [[ -n $target ]] && ! grep -qF "\"${target#"$prefix"}\"" "$etc/hub.toml"; then
            say "Pour prendre cet événement, écrivez-y : event = \"${target#"$prefix"}\""
            say "puis : sudo systemctl restart ronde-hub"
        fi
    else
        temporary
        hub_settings "${target#"$prefix"}" >"$work/hub.toml"
        owned root -m 0640 "$work/hub.toml" "$etc/hub.toml"
        changed=yes
    fi
    install_unit ronde-hub.service
    start_unit ronde-hub.service
    say "L'accueil est installé. Réglages : $etc/hub.toml (l'imprimante y est à indiquer)."
    if [[ -n $kiosk ]]; then
        install_kiosk "http://127.0.0.1:$(door_port)"
    else
        say "Sur la borne, l'écran tactile : http://localhost:8081/door"
        say "(pour que cet écran ne montre qu'elle : sudo ./deploy.sh hub --kiosk)"
    fi
    say "Pour les organisateurs :  http://$(hostname 2>/dev/null || echo accueil).local:8080/flow"
    say "Pour inscrire une station : http://localhost:8081/stations sur cette machine, ou sudo -u ronde ronde stations add NOM"
}

hub_settings() {
    cat <<TOML
# Les réglages de l'accueil. Toutes les clés : docs/settings.md
# Après un changement : sudo systemctl restart ronde-hub

event = "$1"
data = "/var/lib/ronde"
port = 8080 # pour les stations et les organisateurs
door_port = 8081 # pour la borne, sur cette machine seulement
https_port = 8443 # pour les téléphones des animateurs ; 0 : aucun

[printer]
kind = "none" # ou "usb", "tcp", "serial" : voir docs/printing.md
# path = "/dev/usb/lp0"  pour "usb" et "serial"
# host = "192.168.1.50"  pour "tcp"
width_mm = 80 # ou 58

# [scanner]        le lecteur de badges de la porte, en mode « port série USB »
# port = "auto"    ou un chemin de /dev/serial/by-id
TOML
}

station() {
    local code='' hub=''
    local -a changes
    need_root station "$@"
    while (($#)); do
        case $1 in
        --yes) yes=yes ;;
        --hub)
            [[ $# -ge 2 ]] || fail "après --hub, il faut l'adresse de l'accueil."
            hub=$2
            shift
            ;;
        -*) fail "option inconnue : $1" "  sudo ./deploy.sh station [--yes] [--hub ADRESSE] [CODE]" ;;
        *)
            [[ -z $code ]] || fail "un seul code d'inscription est attendu." "  sudo ./deploy.sh station CODE"
            code=$1
            ;;
        esac
        shift
    done
    mapfile -t changes < <(what_changes ronde-station)
    [[ -z $code ]] || changes+=("le rattachement à l'accueil, par le code donné")
    ask_first "la station d'un atelier" "${changes[@]}"
    umask 022
    say "J'installe la station."
    make_user
    install_release station
    owned ronde -d -m 0750 "$etc"
    owned ronde -d -m 0700 "$prefix/var/lib/ronde-station"
    offer_command ronde-station
    if [[ -z $prefix ]] && ! getent group gpio >/dev/null; then
        install -D -m 0644 "$root/systemd/60-ronde-gpio.rules" /etc/udev/rules.d/60-ronde-gpio.rules
        if runs_systemd; then udevadm control --reload && udevadm trigger --subsystem-match=gpio; fi
    fi
    if [[ -n $code ]]; then
        "$release/bin/ronde-station" enrol --config "$etc/station.toml" --hub "$hub" "$code" || exit 1
        [[ -n $prefix ]] || chown ronde:ronde "$etc/station.toml"
        changed=yes
    fi
    install_unit ronde-station.service
    start_unit ronde-station.service
    if [[ -f $etc/station.toml ]]; then
        say "La station est installée. Comment elle va : sudo -u ronde ronde-station status"
    else
        say "La station est installée, et attend. Il reste à la rattacher à l'accueil :"
        say "scannez avec son lecteur le code que montre l'accueil (page « Stations »)."
        say "Ou, sans lecteur : sudo ./deploy.sh station --hub http://ADRESSE:8080 LES16LETTRES"
    fi
}

door_port() { # as the settings say
    local said
    said=$(sed -n 's/^[[:space:]]*door_port[[:space:]]*=[[:space:]]*\([0-9]\{1,5\}\).*/\1/p' "$etc/hub.toml")
    printf '%s' "${said:-8081}"
}

kiosk() {
    local hub='' usage="  sudo ./deploy.sh kiosk [--yes] http://accueil.local:8080"
    local -a changes
    need_root kiosk "$@"
    while (($#)); do
        case $1 in
        --yes) yes=yes ;;
        -*) fail "option inconnue : $1" "$usage" ;;
        *)
            [[ -z $hub ]] || fail "une seule adresse est attendue." "$usage"
            hub=${1%/}
            ;;
        esac
        shift
    done
    [[ $hub =~ ^https?://[A-Za-z0-9.:-]+$ || $hub =~ ^https?://\[[0-9a-fA-F:]+\](:[0-9]+)?$ ]] ||
        fail "il faut l'adresse de l'accueil, comme http://accueil.local:8080${hub:+, pas « $hub »}." "$usage"
    mapfile -t changes < <(what_changes ronde-kiosk)
    changes+=("la borne, qui prend tout l'écran de cette machine")
    ask_first "une borne" "${changes[@]}"
    umask 022
    say "J'installe la borne."
    make_user
    install_release kiosk
    owned ronde -d -m 0750 "$etc"
    install_kiosk "$hub"
    say "La borne est installée. Sur son écran, entrez le code des animateurs (à l'accueil : sudo -u ronde ronde pin),"
    say "puis touchez le nom de cette borne."
}

# install_kiosk HUB: the browser that fills the screen, as a user who may read nothing of ours.
install_kiosk() {
    local hub=$1 folder
    if [[ -z $prefix ]]; then
        apt_install cage xwayland fonts-dejavu-core fonts-noto-core ||
            fail "la borne demande le paquet cage :" "sudo apt install cage xwayland"
        command -v chromium chromium-browser >/dev/null || apt_install chromium ||
            fail "la borne demande Chromium :" "sudo apt install chromium"
        if ! id -u ronde-kiosk >/dev/null 2>&1; then
            say "Je crée l'utilisateur système « ronde-kiosk »"
            useradd --system --user-group --home-dir /var/lib/ronde-kiosk --no-create-home \
                --shell /usr/sbin/nologin ronde-kiosk
        fi
        for group in video render input audio; do
            getent group "$group" >/dev/null && usermod --append --groups "$group" ronde-kiosk
        done
    fi
    temporary
    printf 'HUB=%s\n' "$hub" >"$work/kiosk.env"
    put_changed "$work/kiosk.env" "$etc/kiosk.env"
    kiosk_policy "$hub" >"$work/policy.json"
    for folder in chromium chromium-browser; do # Debian's name, and that of older Raspberry Pi OS
        put_changed "$work/policy.json" "$prefix/etc/$folder/policies/managed/ronde-kiosk.json"
    done
    install_unit ronde-kiosk.service
    start_unit ronde-kiosk.service
    say "L'écran de cette machine est la borne : $hub. Pour la retirer : sudo systemctl disable --now ronde-kiosk"
}

put_changed() { # FROM TO
    if ! cmp -s "$1" "$2"; then
        install -D -m 0644 "$1" "$2"
        changed=yes
    fi
}

# What no page can refuse by itself. It holds for every Chromium of this machine, which is a kiosk's. The windows of the
# developer tools are closed by the list; their policy would close the pipe too by which ronde-kiosk keeps the page.
kiosk_policy() { # HUB
    cat <<JSON
{
  "URLBlocklist": ["*"],
  "URLAllowlist": ["$1", "file:///opt/ronde/"],
  "DownloadRestrictions": 3,
  "PrintingEnabled": false,
  "TranslateEnabled": false,
  "PasswordManagerEnabled": false,
  "AutofillAddressEnabled": false,
  "AutofillCreditCardEnabled": false,
  "BrowserSignin": 0,
  "SyncDisabled": true,
  "MetricsReportingEnabled": false,
  "SearchSuggestEnabled": false,
  "DefaultPopupsSetting": 2,
  "DefaultNotificationsSetting": 2,
  "DefaultGeolocationSetting": 2,
  "AudioCaptureAllowed": false,
  "VideoCaptureAllowed": false,
  "DefaultBrowserSettingEnabled": false,
  "AllowFileSelectionDialogs": false
}
JSON
}

# ----

case ${1:-help} in
demo) demo "${@:2}" ;;
test) tests "${@:2}" ;;
hub) hub "${@:2}" ;;
station) station "${@:2}" ;;
kiosk) kiosk "${@:2}" ;;
help | --help | -h) usage ;;
*)
    printf 'ronde : « %s » est inconnu.\n\n' "$1" >&2
    usage >&2
    exit 2
    ;;
esac
