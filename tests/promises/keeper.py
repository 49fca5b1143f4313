"""The application without a window: talks, encrypts its chats, talks on, and is killed."""

import os
import signal

from tests.promises.rekeyer import PASS, NoKeyring
from tests.services.ear import Ear

from inglenook.services import services as built
from inglenook.services.encryptionnews import EncryptionChanged, Lock
from inglenook.services.services import Services
from inglenook.services.vault import Vault


def main() -> None:
    """Say the word from the environment in the title, a question and an answer."""
    word = os.environ["WORD"]
    built.Vault = lambda path: Vault(path, NoKeyring())
    services = Services.open(backend="echo")
    ear = Ear(services.bus)
    chat = ear.start(services).id
    for _turn in range(2):
        services.chat.send(chat, f"/echo text={word}")
        ear.answer()
        services.chat.rename(chat, f"{word} again")
        services.chat.search(word)
        if not services.encryption.is_sealed:
            services.store.settle(30)
            services.encryption.switch_on(PASS)
            told = ear.wait(lambda each: isinstance(each, EncryptionChanged) and not each.step)
            assert told.lock is Lock.OPEN, told
    services.store.settle(30)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
