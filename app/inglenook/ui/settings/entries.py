"""The settings themselves, section by section: this is the whole list."""

from typing import TYPE_CHECKING, cast

from inglenook.core.units import GIB, MIB
from inglenook.ui.serving.words import port_of
from inglenook.ui.settings.registry import Choices, Control, Section, Setting
from inglenook.ui.units import bytes_in_words
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.chat.elsewhere import Choice
    from inglenook.services.services import Services

_BUDGETS = (0, 512 * MIB, GIB, 2 * GIB, 4 * GIB, 8 * GIB, 16 * GIB)
_RESTS_MINUTES = (5, 15, 30, 60, 240)


def all_entries() -> tuple[Setting, ...]:
    """Return every setting in the order of the page."""
    return (
        *_general(), *_writing(), *_answers(), *_appearance(), *_movement(), *_data(),
        *_models(), *_endpoints(), *_network(), *_performance(), *_server(), *_privacy(),
        *_traces(), *_keyboard(), *_about(),
    )  # fmt: skip


def _general() -> tuple[Setting, ...]:
    group = tr("You")
    languages = (
        ("system", tr("Like the system")), ("en", "English"), ("de", "Deutsch"),
        ("fr", "Français"), ("es", "Español"), ("zh", "中文"), ("ar", "العربية"),
    )  # fmt: skip
    return (
        Setting(
            "language", Section.GENERAL, group, tr("Language"),
            tr("Of the window, not of answers. It changes after a restart."),
            tr("translation English German French Spanish Chinese Arabic locale"),
            Control.CHOICE, languages,
        ),
        Setting(
            "person_name", Section.GENERAL, group, tr("Your name"),
            tr("Put in where an assistant's instructions say {{name}}. It stays here."),
            tr("variable instructions person"), Control.TEXT, hint=tr("No name"),
        ),
    )  # fmt: skip


def _writing() -> tuple[Setting, ...]:
    group = tr("Start and writing")
    keys = (("enter", tr("Enter")), ("ctrl+enter", tr("Ctrl+Enter")))
    return (
        Setting(
            "opens_with", Section.GENERAL, group, tr("When Inglenook starts"),
            tr("Go on with the last chat, or begin a new one."), tr("launch open startup"),
            Control.CHOICE, (("last", tr("Last chat")), ("new", tr("New chat"))),
        ),
        Setting(
            "send_with", Section.GENERAL, group, tr("Send a message with"),
            tr("The other keys begin a new line; Shift+Enter always does."),
            tr("return newline key composer"), Control.CHOICE, keys,
        ),
        Setting(
            "tray", Section.GENERAL, group, tr("Icon in the system tray"),
            tr("A way back to the window while it is hidden."),
            tr("menu bar background minimise"), Control.SWITCH,
        ),
    )  # fmt: skip


def _answers() -> tuple[Setting, ...]:
    group = tr("Answers and chats")
    levels = (
        ("auto", tr("Auto")), ("quick", tr("Quick")), ("balanced", tr("Balanced")),
        ("careful", tr("Careful")), ("deep", tr("Deep")),
    )  # fmt: skip
    thoughts = (
        ("free", tr("As long as it likes")), ("short", tr("Briefly")),
        ("long", tr("For a good while")), ("off", tr("Not at all")),
    )  # fmt: skip
    days = (
        (0, tr("Until the next start")), (7, tr("7 days")), (30, tr("30 days")),
        (90, tr("90 days")), (365, tr("A year")),
    )  # fmt: skip
    return (
        Setting(
            "effort", Section.GENERAL, group, tr("Usual effort"),
            tr("How many drafts an answer has, unless a chat or an assistant says otherwise."),
            tr("drafts thinking quality speed"), Control.CHOICE, levels,
        ),
        Setting(
            "thinking", Section.GENERAL, group, tr("Thinking before answers"),
            tr("For models that think; a chat can have another choice in the effort menu."),
            tr("reasoning budget thoughts"), Control.CHOICE, thoughts,
        ),
        Setting(
            "notifications", Section.GENERAL, group, tr("Tell when a long answer ends"),
            tr("By a notification of the system, while you look at something else."),
            tr("notify alert background"), Control.SWITCH,
        ),
        Setting(
            "auto_titles", Section.GENERAL, group, tr("Name chats automatically"),
            tr("The model writes a short title when it has nothing else to do."),
            tr("title rename"), Control.SWITCH,
        ),
        Setting(
            "trash_days", Section.GENERAL, group, tr("Keep deleted chats"),
            tr("They can be brought back from the trash so long; then they are erased."),
            tr("bin undo restore retention"), Control.CHOICE, days,
        ),
    )  # fmt: skip


def _appearance() -> tuple[Setting, ...]:
    group = tr("Look")
    themes = (("system", tr("System")), ("light", tr("Light")), ("dark", tr("Dark")))
    near = (("comfortable", tr("Comfortable")), ("compact", tr("Compact")))
    return (
        Setting(
            "theme", Section.APPEARANCE, group, tr("Theme"),
            tr("Light, dark, or as the system says."), tr("colours dark mode night"),
            Control.CHOICE, themes,
        ),
        Setting(
            "density", Section.APPEARANCE, group, tr("Density"),
            tr("How close together lists, messages and the message field stand."),
            tr("spacing compact small rows"), Control.CHOICE, near,
        ),
        Setting(
            "text_scale", Section.APPEARANCE, tr("Text"), tr("Text size"),
            tr("Everything grows with it, from 85 to 200 %."), tr("zoom font bigger smaller"),
            Control.SIZE,
        ),
        Setting(
            "font_family", Section.APPEARANCE, tr("Text"), tr("Font"),
            tr("Of the window and of messages."), tr("typeface family dyslexia"), Control.FONT,
        ),
        Setting(
            "code_font", Section.APPEARANCE, tr("Text"), tr("Font for code"),
            tr("Letters of one width show code best."), tr("monospace typeface"),
            Control.CODE_FONT,
        ),
    )  # fmt: skip


def _movement() -> tuple[Setting, ...]:
    group = tr("Easier to see")
    motion = (("system", tr("System")), ("reduced", tr("On")), ("full", tr("Off")))
    contrast = (("system", tr("System")), ("high", tr("On")), ("normal", tr("Off")))
    return (
        Setting(
            "contrast", Section.APPEARANCE, group, tr("High contrast"),
            tr("Stronger colours and lines, in light and in dark."),
            tr("accessibility vision readable"), Control.CHOICE, contrast,
        ),
        Setting(
            "motion", Section.APPEARANCE, group, tr("Reduce motion"),
            tr("Things change without sliding or fading."), tr("animation accessibility"),
            Control.CHOICE, motion,
        ),
        Setting(
            "scroll_bars", Section.APPEARANCE, group, tr("Wide scroll bars"),
            tr("With a track, and always easy to see and to hit."),
            tr("always show scrollbar accessibility"), Control.SWITCH,
        ),
    )  # fmt: skip


def _data() -> tuple[Setting, ...]:
    def part(key: str, group: str, title: str, about: str, words: str) -> Setting:
        return Setting(key, Section.DATA, group, title, about, words, Control.PART)

    return (
        part(
            "portability", tr("Move and keep"), tr("Import, export and back up"),
            tr("Bring chats from elsewhere, take yours along, keep a copy of everything."),
            tr("ChatGPT Claude Markdown JSON PDF backup restore"),
        ),
        part(
            "delete_chats", tr("Delete"), tr("Delete all chats"),
            tr("Every chat, with its folders and the trash. Models and settings stay."),
            tr("erase remove clear history"),
        ),
        part(
            "delete_everything", tr("Delete"), tr("Delete everything"),
            tr("Chats, settings, logs and tokens, and the models if you like."),
            tr("erase remove reset factory uninstall"),
        ),
    )  # fmt: skip


def _models() -> tuple[Setting, ...]:
    group = tr("Chats")
    budgets: Choices = tuple(
        (budget, bytes_in_words(budget) if budget else tr("Keep nothing"))
        for budget in _BUDGETS
    )
    return (
        Setting(
            "models_folder", Section.MODELS, tr("Models folder"), tr("Models folder"),
            tr("Where downloaded models are kept. All of them move together."),
            tr("disk path location storage move drive"), Control.PART,
        ),
        Setting(
            "snapshot_budget_bytes", Section.MODELS, group, tr("Remember what was read"),
            tr("Disk for what models have read of chats, so that they go on at once."),
            tr("snapshots cache kv disk space"), Control.CHOICE, budgets, put=_put_budget,
        ),
    )  # fmt: skip


def _endpoints() -> tuple[Setting, ...]:
    return (
        Setting(
            "endpoints", Section.MODELS, tr("Other engines"),
            tr("Engines on other computers"),
            tr("Chats can use them one by one. Such a chat leaves this computer, and says so."),
            tr("server remote endpoint OpenAI API llama-server vLLM SGLang Ollama LM Studio "
               "network office"),
            Control.PART,
        ),
        Setting(
            "new_chats", Section.MODELS, tr("Other engines"), tr("New chats are answered by"),
            tr("A chat keeps its engine; the model's menu changes that for one chat."),
            tr("default engine remote endpoint office"), Control.PART, put=_put_new_chats,
        ),
    )  # fmt: skip


def _network() -> tuple[Setting, ...]:
    group = tr("Downloads")
    counts: Choices = tuple((count, str(count)) for count in (1, 2, 3, 4))
    return (
        Setting(
            "downloads_at_once", Section.MODELS, group, tr("Downloads at once"),
            tr("The others wait for their turn."), tr("parallel queue"), Control.CHOICE, counts,
        ),
        Setting(
            "download_limit_bytes_s", Section.MODELS, group, tr("Speed limit"),
            tr("MB a second for all downloads together."), tr("bandwidth throttle"),
            Control.SPEED, hint=tr("No limit"), put=_put_limit,
        ),
        Setting(
            "proxy", Section.MODELS, group, tr("Proxy"), tr("Written as http://name:port."),
            tr("network server"), Control.TEXT, hint=tr("As the system says"), put=_put_proxy,
        ),
        Setting(
            "endpoint", Section.MODELS, group, tr("Mirror"),
            tr("Address of a server that has the same models as the Hub."),
            tr("Hugging Face endpoint network"), Control.TEXT, hint=tr("The Hub itself"),
            put=_put_endpoint,
        ),
    )  # fmt: skip


def _performance() -> tuple[Setting, ...]:
    rests: Choices = (
        *(
            (each, tr("After {minutes} minutes").format(minutes=each))
            for each in _RESTS_MINUTES
        ),
        (0, tr("Never")),
    )
    return (
        Setting(
            "memory", Section.PERFORMANCE, tr("Memory"), tr("Where the model runs"),
            tr("Inglenook places each model by what is free on this computer now."),
            tr("GPU layers offload threads context automatic by hand VRAM"), Control.PART,
        ),
        Setting(
            "idle_unload_minutes", Section.PERFORMANCE, tr("Rest"),
            tr("Free the model's memory"),
            tr("When nothing was asked for so long; the next question loads it again."),
            tr("unload keep loaded idle timeout RAM"), Control.CHOICE, rests,
        ),
    )  # fmt: skip


def _server() -> tuple[Setting, ...]:
    group = tr("Other programs")
    return (
        Setting(
            "server", Section.SERVER, group, tr("Serve other programs"),
            tr("Editors, scripts and other apps on this computer can use your model."),
            tr("API OpenAI endpoint local server developer key curl Python"), Control.PART,
        ),
        Setting(
            "serving", Section.SERVER, group, tr("Start it with Inglenook"),
            tr("It serves from the start on, also while the window is hidden in the tray."),
            tr("autostart launch local server API"), Control.SWITCH,
        ),
        Setting(
            "serving_network", Section.SERVER, group, tr("Other computers may use it"),
            tr("Every computer in your network that has the key can use your model."),
            tr("LAN expose share local server API"), Control.PART, put=_put_network,
        ),
        Setting(
            "serving_port", Section.SERVER, group, tr("Port"),
            tr("From 1024 to 65535; one of the nine that follow if another program has it."),
            tr("11535 address local server API"), Control.TEXT, put=_put_port,
        ),
    )  # fmt: skip


def _privacy() -> tuple[Setting, ...]:
    group = tr("Network")
    return (
        Setting(
            "offline", Section.PRIVACY, group, tr("Work offline"),
            tr("Nothing uses the network. Chats and all models on the disk go on working."),
            tr("internet connection airplane privacy"), Control.SWITCH,
        ),
        Setting(
            "token", Section.PRIVACY, group, tr("Access token"),
            tr("Kept in the system's keyring, and sent to the Hub only."),
            tr("Hugging Face password key login"), Control.PART,
        ),
        Setting(
            "connections", Section.PRIVACY, tr("Connections"), tr("Connection log"),
            tr("Every connection Inglenook made: to whom, what for, and how much came."),
            tr("network traffic history telemetry"), Control.PART,
        ),
    )  # fmt: skip


def _traces() -> tuple[Setting, ...]:
    group = tr("On this computer")
    return (
        Setting(
            "encryption", Section.PRIVACY, group, tr("Encryption of chats"),
            tr("Chats can be kept encrypted, with the key in the system's keyring."),
            tr("password passphrase SQLCipher lock"), Control.PART,
        ),
        Setting(
            "data_folder", Section.PRIVACY, group, tr("Your data"), "",
            tr("folder location path database where"), Control.PART,
        ),
        Setting(
            "logs", Section.PRIVACY, group, tr("Logs"),
            tr("What happened, for finding faults. No word of a chat is in them."),
            tr("debug trace file"), Control.PART,
        ),
    )  # fmt: skip


def _keyboard() -> tuple[Setting, ...]:
    return (
        Setting(
            "keys", Section.KEYBOARD, tr("Shortcuts"), tr("Keyboard shortcuts"),
            tr("Choose one and press other keys for it."), tr("hotkeys bindings keys"),
            Control.PART,
        ),
    )  # fmt: skip


def _about() -> tuple[Setting, ...]:
    return (
        Setting(
            "version", Section.ABOUT, "", tr("This installation"), "",
            tr("version build llama.cpp runtime devices bug report details"), Control.PART,
        ),
        Setting(
            "licences", Section.ABOUT, "", tr("Licences"),
            tr("Of Inglenook and of everything it is built on."),
            tr("open source copyright Qt LGPL fonts"), Control.PART,
        ),
    )  # fmt: skip


# --- what is set by a method of its own, which checks more than a range ---


def _put_budget(services: "Services", value: object) -> None:
    services.snapshots.set_budget(cast("int", value))


def _put_new_chats(services: "Services", value: object) -> None:
    services.new_chats.choose(cast("Choice", value))


def _put_limit(services: "Services", value: object) -> None:
    services.settings.set_downloads(limit_bytes_s=cast("int", value))


def _put_proxy(services: "Services", value: object) -> None:
    services.settings.set_proxy(cast("str", value))


def _put_endpoint(services: "Services", value: object) -> None:
    services.settings.set_endpoint(cast("str", value))


def _put_network(services: "Services", value: object) -> None:
    services.serving.open_to_network(bool(value))


def _put_port(services: "Services", value: object) -> None:
    services.serving.set_port(port_of(str(value)))
