"""Lists what a bundle consists of in the form of CycloneDX, which other programs read."""

from collections.abc import Iterable

from inglenook import __version__
from inglenook.services.licences import OURS, Licence

NAME = "inglenook.cdx.json"


def in_cyclonedx(told: Iterable[Licence]) -> str:
    """Return the parts as CycloneDX 1.6, checked against its own schema.

    Raises:
        ValueError: it is not as the schema asks.
    """
    # Only what freezes a program has this library.
    from cyclonedx.model.bom import Bom  # noqa: PLC0415
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415
    from cyclonedx.output import make_outputter  # noqa: PLC0415
    from cyclonedx.schema import OutputFormat, SchemaVersion  # noqa: PLC0415
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415

    bom = Bom()
    bom.metadata.component = Component(
        name=OURS, version=__version__, type=ComponentType.APPLICATION, bom_ref=OURS
    )
    for one in told:
        if one.name != OURS:
            bom.components.add(_component(one))
    bom.register_dependency(bom.metadata.component, bom.components)
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        raise ValueError(str(wrong))
    return text


def _component(one: Licence):  # noqa: ANN202 (a type of a library that only builds have)
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415
    from cyclonedx.model.license import DisjunctiveLicense  # noqa: PLC0415

    return Component(
        name=one.name,
        version=one.version or None,
        type=ComponentType.LIBRARY,
        bom_ref=f"{one.name}@{one.version}",
        licenses=[DisjunctiveLicense(name=one.terms or "see the notices")],
    )
