"""What the station says to people, in plain French; the only module with text for them.

Names in braces are filled in by `str.format`. Nothing here ever carries what a refused code contained.
"""

# The command line
DESCRIPTION = "La station d'un atelier : elle lit les badges, garde les passages et les envoie à l'accueil."
HELP_RUN = "faire tourner la station (c'est ce que fait le service)"
HELP_ENROL = "rattacher cette station à un accueil, avec le code qu'il affiche"
HELP_LOG = "écrire tous les passages gardés ici, un objet JSON par ligne"
HELP_STATUS = "dire comment va la station"
HELP_ERASE = "effacer pour toujours tout ce que la station garde des gens"
HELP_YES = "ne rien demander"
HELP_CONFIG = "fichier de réglages (par défaut : {default})"
HELP_CODE = (
    "le code que montre l'accueil : les 16 lettres (avec --hub), "
    "ou une ligne qui commence par RONDE1. ou RONDE2."
)
HELP_HUB = "l'adresse de l'accueil, qui va avec les 16 lettres"
ENROLLED = "La station « {station} » est rattachée à l'accueil {hub} pour l'atelier « {atelier} »."
ENROLLED_NEXT = "Réglages écrits dans {path}. Il reste à la démarrer : sudo systemctl restart ronde-station"
BAD_CODE = (
    "ce code d'inscription ne peut pas être lu. Scannez-le encore, ou copiez-le en entier depuis l'écran de "
    "l'accueil."
)
CODE_LENGTH = (
    "un code d'inscription a {letters} lettres : il y en a {count} ici. Relisez celles que montre l'accueil."
)
CODE_LETTERS = (
    "un code d'inscription n'a que des lettres parmi {alphabet} : relisez celles que montre l'accueil."
)
CODE_TOO_NEW = (
    "ce code d'inscription est d'une autre version de Ronde : mettez l'accueil et la station à la même."
)
CODE_NEEDS_HUB = (
    "il manque l'adresse de l'accueil{option}, comme http://192.168.1.10:8080. Elle est écrite sous le code."
)
CODE_ANSWER_UNREAD = "sa réponse ne se lit pas"
CODE_NO_HUB = "l'accueil {hub} n'a pas répondu ({reason}). Vérifiez l'adresse et le réseau, puis recommencez."
CODE_MISTYPED = "ce n'est pas le code que montre l'accueil {hub} : relisez les 16 lettres."
CODE_UNKNOWN = "l'accueil {hub} n'a pas montré ce code : relisez les quatre premières lettres."
CODE_OVER = "ce code ne vaut plus (il a servi, ou il a expiré) : demandez-en un nouveau à l'accueil {hub}."
CODE_TOO_MANY = "trop de codes faux : attendez une minute, puis recommencez."
CODE_NOT_TAKEN = "l'accueil {hub} n'a pas accepté le code ({status}). Demandez-en un nouveau."
NOT_WRITABLE = "Impossible d'écrire {path} ({reason}). Relancez la commande avec sudo."
ERROR = "ronde-station : {message}"

# status
STATUS_RUNNING = "La station « {station} » (atelier « {atelier} ») tourne."
STATUS_STOPPED = (
    "La station « {station} » (atelier « {atelier} ») ne tourne pas : sudo systemctl start ronde-station"
)
STATUS_OPEN = "Atelier ouvert."
STATUS_PAUSED = "Atelier en pause."
STATUS_CLOSED = "File fermée."
STATUS_BOOTH = "File : {waiting} en attente ou appelés ; {inside} à l'intérieur."
STATUS_THE_SCANNER = "Lecteur de badges : {words}"
STATUS_SCANNER_NAMED = "Lecteur « {name} » : {words}"
STATUS_SCANNER = "branché."
STATUS_NO_SCANNER = "introuvable. Vérifiez son câble USB."
STATUS_LOG = "Passages gardés ici : {passages}, dont {backlog} que l'accueil n'a pas encore."
STATUS_HUB = "Accueil {hub} : joint."
STATUS_NO_HUB = "Accueil {hub} : {problem}"
STATUS_HUB_UNTRIED = "Accueil {hub} : pas encore joint depuis le démarrage."
STATUS_CLOCK_AHEAD = (
    "Horloge : à l'heure de l'accueil, à {error_s} s près ; celle de la machine avance de {offset_s} s."
)
STATUS_CLOCK_BEHIND = (
    "Horloge : à l'heure de l'accueil, à {error_s} s près ; celle de la machine retarde de {offset_s} s."
)
STATUS_CLOCK_ESTIMATED = "Horloge : estimée, faute d'avoir joint l'accueil depuis le démarrage de la machine."
STATUS_TEMPERATURE = "Température : {temperature_c} °C."
STATUS_UNDERVOLTAGE = "ALIMENTATION TROP FAIBLE : prenez le bloc d'origine, et un câble court."
STATUS_ROOM = "Place libre sur la carte : {free_mib} Mio."
STATUS_BALLAST = "Carte presque pleine : la réserve a servi. Libérez de la place, puis redémarrez la station."
STATUS_ADVICE = "Dernier conseil donné : {advice}."
STATUS_NO_LOG = "Aucun passage gardé ici pour l'instant."
NO_ANSWER = "la station tourne mais n'a pas répondu jusqu'au bout. Réessayez."
NOT_ENROLLED = (
    "cette station attend d'être rattachée à un accueil. Affichez un code sur l'accueil (page « Stations »), puis "
    "scannez-le ici avec le lecteur de la station ; ou tapez : sudo ronde-station enrol CODE"
)

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
WHICH_SCANNER = (
    'plusieurs lecteurs de même « kind » ont des « steps » différents et port = "auto" : donnez à chacun son '
    "« port », un chemin de /dev/serial/by-id ou de /dev/input/by-id."
)
SAME_PIN = "la broche {pin} sert à la fois à « {first} » et à « {second} » : une broche par usage."

# The panel
NO_PINS = (
    "aucune broche GPIO utilisable. Sur un Raspberry Pi, installez python3-lgpio et mettez "
    "l'utilisateur du service dans le groupe « gpio ». Ailleurs, pour une répétition seulement : "
    'GPIOZERO_PIN_FACTORY=mock, ou panel = "print" sous [standin].'
)

# The test of the evening before
HELP_TEST = "essayer chaque partie la veille : lumières, buzzer, boutons, lecteurs, carte, accueil"
TEST_NO_TERMINAL = (
    "l'essai pose des questions : lancez-le dans un terminal, devant la station. De loin : ssh -t NOM sudo "
    "ronde-station test"
)
TEST_RUNNING = (
    "la station tourne, et tient les broches et les lecteurs. Le temps de l'essai, arrêtez-la : "
    "sudo systemctl stop ronde-station"
)
TEST_TITLE = (
    "Essai de la station « {station} », atelier « {atelier} ». Répondez o (oui), n (non) ou r (encore), puis "
    "Entrée. Ctrl-C arrête et éteint tout."
)
TEST_ANSWERS = "[o/n/r]"
TEST_PANEL = "Lumières, buzzer et boutons"
TEST_PANEL_PRINTS = 'les réglages disent [standin] panel = "print" : il n\'y a rien à voir ni à entendre.'
TEST_GREEN = "verte"
TEST_AMBER = "orange"
TEST_RED = "rouge"
TEST_LIGHT = "La lumière {name} est-elle allumée, et elle seule ?"
TEST_LIGHT_PART = "Lumière {name}"
TEST_LIGHT_WRONG = "{pin}. Retournez la LED (longue patte côté résistance), vérifiez la résistance et le fil."
TEST_PIN = "broche {header} (BCM {bcm})"
TEST_BUZZER = "Buzzer"
TEST_MUTE = "volume = 0, il se tait : les lumières parlent seules."
TEST_VOLUME = "volume {volume} sur 3."
TEST_LOUD = "Avez-vous entendu un bip court et aigu ?"
TEST_LOUD_WRONG = (
    "{pin}, volume {volume} sur 3. Il faut un buzzer piézo passif ; vérifiez ses deux fils, "
    "puis volume sous [panel]."
)
TEST_SOFT = "Et deux petits « tic », plus doux ?"
TEST_SOFT_WRONG = "le badge déjà lu ne s'entend pas (volume {volume} sur 3) : montez volume sous [panel]."
TEST_LEFT = "Bouton de gauche"
TEST_RIGHT = "Bouton de droite"
TEST_UNDO = "Bouton « annuler »"
TEST_PAUSE = "Bouton « pause »"
TEST_PRESS = "  {name} : appuyez une fois, dans les {seconds} s (Entrée pour passer)."
TEST_PRESS_NONE = "aucun appui. {pin} : vérifiez le bouton et ses deux fils, dont celui de la masse."
TEST_PRESS_OTHER = "c'est « {other} » qui a répondu : échangez leurs fils, ou leurs numéros sous [panel]."
TEST_SCANNERS = "Lecteurs de badges"
TEST_SCANNER = "Lecteur"
TEST_SCANNER_NAMED = "Lecteur « {name} »"
TEST_SCAN = "  {name} : lisez un badge ou n'importe quel QR code, dans les {seconds} s (Entrée pour passer)."
TEST_SCAN_NONE = (
    "rien n'est arrivé. S'il a fait bip, il n'envoie pas ici : scannez « port série USB » dans son manuel."
)
TEST_SCAN_OTHER = "  C'est le lecteur « {name} » qui vient de lire."
TEST_READ_BADGE = "badge de cet événement, bien lu."
TEST_READ_FOREIGN = "badge d'un autre événement, bien lu."
TEST_READ_ENROLMENT = "code d'inscription, bien lu."
TEST_READ_OTHER = "Lu : {text}\n  Est-ce exactement ce que ce code contient ?"
TEST_READ_RIGHT = "lit bien ; un badge le prouverait mieux."
TEST_READ_WRONG = (
    "ce qu'il envoie n'est pas ce qu'il lit : scannez « port série USB » et « réglages d'usine » "
    "dans son manuel."
)
TEST_TYPES = (
    "il tape dans ce terminal, comme un clavier : scannez « port série USB » dans son manuel, ou mettez "
    'kind = "{kind}" sous [scanner].'
)
TEST_TYPES_FREELY = (
    'il tape dans ce terminal : la station ne le tient pas (kind = "{kind}"). Donnez son chemin de '
    "/dev/input/by-id à port, sous [scanner]."
)
TEST_MACHINE = "La machine et l'accueil"
TEST_CARD = "Carte"
TEST_CARD_FINE = "{free} Mio libres, un passage gardé en {ms} ms."
TEST_CARD_FULL = "{free} Mio libres : il en faut {least}. Libérez de la place."
TEST_CARD_SLOW = (
    "un passage y est gardé en {ms} ms : le bip tarderait. Prenez une carte plus rapide (classe A1)."
)
TEST_CARD_READ_ONLY = (
    "rien ne peut être écrit dans {folder} ({reason}). Lancez l'essai avec sudo ; sinon, changez la carte."
)
TEST_TEMPERATURE = "Température"
TEST_DEGREES = "{degrees} °C."
TEST_HOT = "{degrees} °C : à 80 °C elle ralentit. Ouvrez le boîtier, éloignez-la du soleil."
TEST_NO_SENSOR = "cette machine ne la mesure pas."
TEST_POWER = "Tension"
TEST_POWER_LOW = (
    "trop basse : prenez le bloc officiel (5 V, 2,5 A ou plus) et un câble court. Sinon la carte s'abîme."
)
TEST_CLOCK = "Horloge"
TEST_CLOCK_FINE = "{now}, {ahead} par rapport à l'accueil."
TEST_CLOCK_WRONG = (
    "{now}, {ahead} par rapport à l'accueil. Sans gravité : les heures des passages sont corrigées."
)
TEST_CLOCK_ALONE = "{now} ; l'accueil n'a pas pu la confirmer."
TEST_HUB = "Accueil"
TEST_HUB_FINE = "{hub} répond : « {label} », atelier « {name} », {room}."
TEST_HUB_MOVED = "Les réglages disent encore « {atelier} » : la station suivra d'elle-même."
TEST_HUB_AWAY = (
    "personne ne répond à {hub}. Allumez l'accueil, vérifiez le réseau et l'adresse « hub ». Sans lui, les "
    "passages sont gardés ici."
)
TEST_FINE = "bien"
TEST_WRONG = "À RÉGLER"
TEST_SKIPPED = "non vu"
TEST_UNKNOWN = "inconnu"
TEST_SUMMARY = "Bilan"
TEST_READY = "Tout est prêt."
TEST_TO_DO = "À faire avant l'ouverture : {count}."
TEST_NEXT = "Remettez la station en marche : sudo systemctl start ronde-station"
TEST_BROKEN_OFF = "Essai interrompu ; tout est éteint."

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

# Erasing
ERASE_ALL = (
    "Tout ce que la station garde des gens va être effacé, pour toujours. Ses passages : {passages}, dont {backlog} "
    "que l'accueil n'a pas. Partent aussi les journaux mis de côté, et ce que l'accueil a dit des badges."
)
ERASE_ASK = "Effacer ? (oui ou non)"
ERASE_YES = ("o", "oui")
ERASED = "tout ce que la station gardait des gens est effacé."
ERASED_ASIDE = "le journal mis de côté {name}, trop ancien, est effacé."
ERASE_FAILED = "impossible d'effacer {path} ({reason}). Vérifiez la carte SD ; rien d'autre ne démarre avant."

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

CANDIDATE_WAITS = (
    "La station attend d'être rattachée : scannez avec son lecteur le code que montre l'accueil "
    "(page « Stations »)."
)
RENEWAL_NEEDLESS = (
    "cette station est déjà rattachée : accueil {hub}, atelier « {atelier} ». Ce code n'a pas servi ; pour en "
    "changer : sudo ronde-station enrol CODE"
)
CANDIDATE_NO_CODE = "ce n'est pas un code d'inscription : scannez celui que montre l'accueil."
MOVED = "l'accueil a mis cette station à l'atelier « {atelier} ». Elle continue là, et garde son journal."
MEMORY_FAILED = (
    "{path} n'a pas pu être écrit ({reason}). La station continue ; "
    "après un redémarrage, l'accueil le redira."
)
MEMORY_DROPPED = "{path} ne se relit pas ({reason}) : la station l'oublie, l'accueil le redira."

# The page that the station serves itself
PAGE_NO_PLAN = (
    "La station tourne et garde les passages, mais elle n'a pas encore joint l'accueil : elle ne connaît pas "
    "son atelier. Vérifiez que l'accueil est allumé et que le réseau marche ; cette page changera toute seule."
)
PAGE_NOT_SERVED = (
    "la page de la station ne peut pas être servie sur {address}:{port} ({reason}). Le reste marche."
)
PAGE_NOT_HERE = "il n'y a rien à cette adresse"
PAGE_NOT_FROM_THERE = "cela ne se fait que sur l'écran de la station elle-même"
PAGE_NOT_JSON = "un objet JSON de 4 Kio au plus est attendu"
PAGE_NO_ANSWER = "la station n'a pas répondu à temps : rien n'a été fait. Réessayez."
PAGE_TOO_MANY = "trop d'écrans regardent déjà cette page"

# Where to go next, while no hub says it
GUESS = "Accueil injoignable. Sans doute le plus calme : {name}, {wait}"
GUESS_OF = "{face} → {name}, {wait}"
GUESS_RANGE = "{low} à {high} min"
GUESS_UNDER = "moins de {high} min"
GUESS_AT_ONCE = "sans attendre"

# The hub
HUB_BACK = "accueil joint."
AWAY_NOBODY = "personne ne répond à cette adresse"
AWAY_SLOW = "pas de réponse à temps"
AWAY_NO_SUCH_NAME = "ce nom est inconnu sur le réseau"
AWAY_NO_NETWORK = "le réseau n'y mène pas"
AWAY_NOT_SAFE = "son certificat n'est pas accepté"
AWAY_CUT = "la connexion s'est coupée"
HUB_UNREACHABLE = (
    "accueil injoignable à {hub} : {reason}. Les passages sont gardés ici et partiront tout seuls."
)
HUB_UNKNOWN_STATION = (
    "Rattachement refusé : scannez un nouveau code. L'accueil ne reconnaît pas cette station (401) : affichez un "
    "code d'inscription sur sa page « Stations », puis scannez-le ici, ou tapez : sudo ronde-station enrol CODE. Rien "
    "n'est perdu."
)
HUB_WRONG_KEY = (
    "Rattachement refusé : scannez un nouveau code. L'accueil refuse la signature de cette station (403), dont la "
    "clé a changé : affichez un code d'inscription sur sa page « Stations », puis scannez-le ici, ou tapez : sudo "
    "ronde-station enrol CODE. Rien n'est perdu."
)
HUB_TOO_NEW = "l'accueil ne comprend pas cette station ({status}). Mettez les deux à la même version."
HUB_WRONG_ADDRESS = (
    "il n'y a pas d'accueil Ronde à l'adresse {hub} ({status}). Vérifiez « hub » dans les réglages."
)
HUB_BUSY = "l'accueil est débordé ou redémarre ({status}). Nouvel essai dans un instant."
HUB_UNBELIEVABLE = "réponse refusée : {reason}. Si cela dure, refaites l'inscription de la station."
NO_PLAN = (
    "l'accueil n'a pas donné le plan de l'atelier ({reason}). Nouvel essai bientôt ; les passages partent."
)
HUB_CHANGED = "le journal de l'accueil a changé (restauration) : tout est renvoyé depuis le premier passage."
