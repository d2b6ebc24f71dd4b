"""What the station says to people, in plain French; the only module with text for them.

Names in braces are filled in by `str.format`. Nothing here ever carries what a refused code contained.
"""

# The command line
DESCRIPTION = "La station d'un atelier : elle lit les badges, garde les passages et les envoie à l'accueil."
HELP_RUN = "faire tourner la station (c'est ce que fait le service)"
HELP_ENROL = "rattacher cette station à un accueil, avec le code qu'il affiche"
HELP_LOG = "écrire tous les passages gardés ici, un objet JSON par ligne"
HELP_STATUS = "dire comment va la station"
HELP_CONFIG = "fichier de réglages (par défaut : {default})"
HELP_CODE = "le code d'inscription, qui commence par RONDE1."
ENROLLED = "La station « {station} » est rattachée à l'accueil {hub} pour l'atelier « {atelier} »."
ENROLLED_NEXT = "Réglages écrits dans {path}. Il reste à la démarrer : sudo systemctl restart ronde-station"
BAD_CODE = (
    "Ce code d'inscription ne peut pas être lu ({reason}). Copiez-le en entier depuis l'écran de l'accueil."
)
NOT_WRITABLE = "Impossible d'écrire {path} ({reason}). Relancez la commande avec sudo."
ERROR = "ronde-station : {message}"

# status
STATUS_RUNNING = "La station « {station} » (atelier « {atelier} ») tourne."
STATUS_STOPPED = (
    "La station « {station} » (atelier « {atelier} ») ne tourne pas : sudo systemctl start ronde-station"
)
STATUS_SCANNER = "Lecteur de badges : branché."
STATUS_NO_SCANNER = "Lecteur de badges : introuvable. Vérifiez son câble USB."
STATUS_LOG = "Passages gardés ici : {passages}, dont {backlog} que l'accueil n'a pas encore."
STATUS_HUB = "Accueil {hub} : joint."
STATUS_NO_HUB = "Accueil {hub} : {problem}"
STATUS_HUB_UNTRIED = "Accueil {hub} : pas encore joint depuis le démarrage."
STATUS_BALLAST = "Carte presque pleine : la réserve a servi. Libérez de la place, puis redémarrez la station."
STATUS_ADVICE = "Dernier conseil donné : {advice}."
STATUS_NO_LOG = "Aucun passage gardé ici pour l'instant."
NO_ANSWER = "la station tourne mais n'a pas répondu jusqu'au bout ({reason}). Réessayez."

# Settings
NO_CONFIG = "pas de réglages dans {path}. Rattachez d'abord la station : sudo ronde-station enrol CODE"
UNREADABLE_CONFIG = "les réglages {path} ne peuvent pas être lus ({reason})."
FORBIDDEN_CONFIG = "les réglages {path} sont réservés à la station. Relancez la commande avec sudo."
NOT_TOML = "{path} : ce n'est pas du TOML ({reason})."
UNKNOWN_KEY = "clé inconnue « {key} ». Clés admises : {allowed}."
MISSING_KEY = "il manque la clé « {key} » ({expected})."
WRONG_VALUE = "{key} = {value} : {expected} est attendu."
SAME_SCANNER = (
    "deux lecteurs portent le nom « {value} » : donnez à chaque [[scanner]] un « name » qui n'est qu'à lui."
)
SAME_PORT = "deux lecteurs ont le même port {value} : un lecteur par port."
SAME_PIN = "la broche {pin} sert à la fois à « {first} » et à « {second} » : une broche par usage."

# The panel
NO_PINS = (
    "aucune broche GPIO utilisable ({reason}). Sur un Raspberry Pi, installez python3-lgpio et mettez "
    "l'utilisateur du service dans le groupe « gpio ». Ailleurs, pour une répétition seulement : "
    'GPIOZERO_PIN_FACTORY=mock, ou panel = "print" sous [standin].'
)

# The log
OUTBOX_FULL = "carte pleine : le passage n'a PAS été gardé. Libérez de la place dans {folder}."
OUTBOX_BUSY = "le journal {path} est tenu par une autre station déjà en marche : une seule à la fois."
OUTBOX_FAILED = "le journal {path} ne répond pas ({reason}). Vérifiez la carte SD et les droits du dossier."
OUTBOX_TOO_NEW = (
    "le journal {path} vient d'une version plus récente (format {found}, connu : {known}). Mettez à jour."
)
OUTBOX_DAMAGED = "journal abîmé ({reason})"
OUTBOX_SET_ASIDE = (
    "JOURNAL ABÎMÉ ({reason}) : il est mis de côté, entier, dans {kept}. Un nouveau journal commence. "
    "Gardez ce fichier : il peut contenir des passages que l'accueil n'a pas."
)
OUTBOX_OTHER_OWNER = (
    "journal d'une autre station ou d'un autre événement : rangé dans {kept}, un nouveau commence."
)
OUTBOX_BALLAST_FREED = (
    "CARTE PLEINE : la réserve de {size_kib} Kio est libérée. Faites de la place dès que possible."
)
OUTBOX_NO_BALLAST = (
    "pas assez de place pour la réserve de {size_kib} Kio dans {folder} : libérez de la place."
)
OUTBOX_FULL_ANCHOR = "carte pleine : un repère d'horloge n'a pas pu être gardé. Libérez de la place."
OUTBOX_BAD_ANCHOR = "un repère d'horloge abîmé est ignoré (démarrage {boot})."
OUTBOX_TAIL_LOST = "la fin manque : {seen} passages ont été annoncés, {found} sont là"
OUTBOX_CONDEMNED = (
    "l'accueil tient {held} passages de ce journal, qui n'en a que {found} : carte copiée ou fin perdue"
)

# Running
STARTED = "station « {station} », atelier « {atelier} » : prête, {passages} passages gardés ici."
STOPPED = "station arrêtée proprement."
SCANNER_PRESENT = "lecteur de badges branché ({port})."
SCANNER_ABSENT = "lecteur de badges introuvable ({port}) : vérifiez son câble USB. La station l'attend."
SCANNER_NAMED = "« {name} » : {words}"
SCANNER_HELD = "lecteur de badges ({port}) tenu par un autre programme : arrêtez-le, la station le reprendra."
SCANNER_FORBIDDEN = (
    "accès refusé au lecteur de badges ({port}) : mettez l'utilisateur du service dans le groupe « {group} »."
)
SCANNER_UNFIT = "le port {port} ne s'ouvre pas comme « {kind} » ({reason}) : vérifiez « port » et « kind »."
SCANNER_ELSEWHERE = (
    "pas de lecteur au port {port}, mais il y a : {found}. Corrigez « port », ou mettez « auto »."
)
SCANNER_TYPES = (
    "le lecteur branché tape comme un clavier ({found}) : scannez « USB COM » ou « série virtuel » dans son "
    'manuel, ou mettez kind = "keyboard".'
)
SCANNER_IS_SERIAL = (
    "pas de lecteur de type clavier, mais un appareil série est branché ({found}) : mettez "
    'kind = "serial", ou scannez « clavier USB (HID) » dans le manuel du lecteur.'
)
SCANNER_UNSURE = (
    "aucun clavier branché ne se présente comme un lecteur ({found}). Si l'un d'eux en est un : port = "
    '"{folder}/…" suivi de ce nom.'
)
SCANNER_SPEED = (
    "le lecteur envoie des caractères illisibles à {baud} bauds : mettez la vitesse du lecteur dans « baud » "
    "(9600 ou 115200 le plus souvent), ou scannez « {baud} bauds » dans son manuel."
)
SCANNER_PARITY = (
    "le lecteur envoie 7 bits avec parité : scannez « 8 bits, sans parité » (8N1) dans son manuel."
)
SCANNER_SPELLS = (
    "le lecteur envoie le numéro des lettres au lieu des lettres : scannez « texte » ou « ASCII » "
    "dans son manuel."
)
SCANNER_NUMBERS = (
    "le lecteur n'envoie que des chiffres. Si ce sont des badges : scannez « tous les caractères » ou « ASCII » "
    "dans son manuel."
)
SCANNER_CASE = "le lecteur change majuscules et minuscules : scannez « casse inchangée » dans son manuel."
SCANNER_LAYOUT = (
    "le lecteur tape pour un clavier d'une autre langue : scannez « clavier USA / anglais » dans son manuel."
)
CODE_REFUSED = "code refusé : {reason}."
REFUSED_FOREIGN = "badge d'un autre événement"
REFUSED_UNREADABLE = "ce n'est pas un badge"
THREAD_DIED = "une partie de la station s'est arrêtée ({name}) : la station s'arrête pour être relancée."

# Where to go next, while no hub says it
GUESS = "Accueil injoignable. Sans doute le plus calme : {name}, {wait}"
GUESS_RANGE = "{low} à {high} min"
GUESS_UNDER = "moins de {high} min"
GUESS_AT_ONCE = "sans attendre"

# The hub
HUB_BACK = "accueil joint."
HUB_UNREACHABLE = (
    "accueil injoignable à {hub} ({reason}). Les passages sont gardés ici et partiront tout seuls."
)
HUB_UNKNOWN_STATION = (
    "l'accueil ne reconnaît pas cette station (401). Sur l'écran de l'accueil, refaites l'inscription de la "
    "station, puis ici : sudo ronde-station enrol CODE. Rien n'est perdu."
)
HUB_WRONG_KEY = (
    "l'accueil refuse la signature de cette station (403) : sa clé a changé ou a été retirée. Refaites "
    "l'inscription : sudo ronde-station enrol CODE. Les passages restent gardés ici."
)
HUB_TOO_NEW = "l'accueil ne comprend pas cette station ({status}). Mettez les deux à la même version."
HUB_WRONG_ADDRESS = (
    "il n'y a pas d'accueil Ronde à l'adresse {hub} ({status}). Vérifiez « hub » dans les réglages."
)
HUB_BUSY = "l'accueil est débordé ou redémarre ({status}). Nouvel essai dans un instant."
HUB_UNBELIEVABLE = "réponse refusée : {reason}. Si cela dure, refaites l'inscription de la station."
HUB_CHANGED = "le journal de l'accueil a changé (restauration) : tout est renvoyé depuis le premier passage."
