"""The ``oldfriend`` command."""

from bot.commands import app


def main() -> None:
    app(prog_name="oldfriend")


if __name__ == "__main__":
    main()
