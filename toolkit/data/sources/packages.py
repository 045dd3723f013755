"""The packages that hold the material of the training packs, pinned by version and SHA-256."""

from __future__ import annotations

from toolkit.data.sources.registry import Package

ANGBAND_DATA = Package(
    registry="debian",
    name="angband-data",
    version="1:3.5.1-2.5",
    file="angband-data_1%3a3.5.1-2.5_all.deb",
    sha256="b0fd778c0824cc2fb684b95d8483a74f7806cfb0ee66955b40eae6473ae29a9f",
)
ANGBAND = Package(
    registry="debian",
    name="angband",
    version="1:3.5.1-2.5",
    file="angband_1%3a3.5.1-2.5_amd64.deb",
    sha256="438ec26ec2907338cb15a9c4d6b165ed0537441c1c304cf053d8d8db463be2ee",
)
ARCADE = Package(
    registry="pypi",
    name="arcade",
    version="3.3.3",
    file="arcade-3.3.3-py3-none-any.whl",
    sha256="25f4e0e5b8bcbe7a7d087c0a23b19e9f423b0c70ec00945c8712c9a3e541ebd2",
)
EMOJIBASE = Package(
    registry="npm",
    name="emojibase-data",
    version="17.0.0",
    file="emojibase-data-17.0.0.tgz",
    sha256="d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a",
)
FLUENT_3D = Package(
    registry="npm",
    name="@lobehub/fluent-emoji-3d",
    version="1.1.0",
    file="lobehub-fluent-emoji-3d-1.1.0.tgz",
    sha256="c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
)
FREEDINK = Package(
    registry="debian",
    name="freedink-data",
    version="1.08.20190120-2",
    file="freedink-data_1.08.20190120-2_all.deb",
    sha256="5c3f0c22958364460057d9df5318a9a2a0fb84b9174cab57a9d50ad03a73d66c",
)
METEOCONS = Package(
    registry="npm",
    name="@iconify-json/meteocons",
    version="1.2.4",
    file="iconify-json-meteocons-1.2.4.tgz",
    sha256="1c0b49c6375c0e35c3ed65db6e41e9811a0cbd2368c13ee27f870f60c6185ff0",
)
NOTO = Package(
    registry="npm",
    name="@iconify-json/noto",
    version="1.2.9",
    file="iconify-json-noto-1.2.9.tgz",
    sha256="3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
)
OPENCLIPART = Package(
    registry="debian",
    name="openclipart-png",
    version="1:0.18+dfsg-19",
    file="openclipart-png_1%3a0.18+dfsg-19_all.deb",
    sha256="f07f1545a2970c2cf3fa339bc2405da1a95cf2b1827bfa05bf73eb1c20291c02",
)
LDRAW = Package(
    registry="debian",
    name="ldraw-parts-free",
    version="2602+dfsg-1",
    file="ldraw-parts-free_2602+dfsg-1_all.deb",
    sha256="fc758e258727d95e68c01cb7d7bf3db8edfcd2b07b59f792c1c9a685184b1391",
    suite="forky",
)
OPENSURGE = Package(
    registry="debian",
    name="opensurge-data",
    version="0.6.1.3+ds-3",
    file="opensurge-data_0.6.1.3+ds-3_all.deb",
    sha256="175f0c6de4767038e29af9aa52a532ea80e959ee28fcf3ec7359eb2498962bb9",
    suite="forky",
)
PROCGEN = Package(
    registry="pypi",
    name="procgen",
    version="0.10.7",
    file="procgen-0.10.7-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    sha256="4b594d14e42f0f2166e59a9e294477b906eb99c90c3343b570b7124cbc865f53",
    options=("--python-version=3.10", "--platform=manylinux2014_x86_64"),
)
SWEETHOME3D = Package(
    registry="debian",
    name="sweethome3d-furniture",
    version="1.8-1",
    file="sweethome3d-furniture_1.8-1_all.deb",
    sha256="3ccb90c63f9525e887a767b9cd5c8b6933b8b6b2973a615a5359ee68a2118668",
)
TWEMOJI = Package(
    registry="npm",
    name="@iconify-json/twemoji",
    version="1.2.5",
    file="iconify-json-twemoji-1.2.5.tgz",
    sha256="19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7",
)
VIZDOOM = Package(
    registry="pypi",
    name="vizdoom",
    version="1.3.2",
    file="vizdoom-1.3.2-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    sha256="4376e0957d4e82b857870fc0e7462acc23cb821446c647d3975ce84a5e59032f",
    options=("--python-version=3.11", "--platform=manylinux_2_28_x86_64"),
)
FLUENT_ANIMATED = tuple(
    Package(
        registry="npm",
        name=f"@lobehub/fluent-emoji-anim-{part}",
        version="1.0.0",
        file=f"lobehub-fluent-emoji-anim-{part}-1.0.0.tgz",
        sha256=sha256,
    )
    for part, sha256 in enumerate(
        (
            "4c03ac178c1eabf2e2a16dd498f3cc2b92dc30ec3466ae38fdc497d4774c99ea",
            "e431da8172e394036c330faa77648d6fbbae1fd3b0be95637c4497c9075019c0",
            "3624d0c34c819c1794b74ccf6ae9034adff7c4cb6318dd2a645145f0196feb43",
            "3d4c08f1e321f70808ef4996aba0ab575a9d97b6c56ffffc92cf6161a7836aa3",
        ),
        start=1,
    )
)
