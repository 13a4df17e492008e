"""What drawing may take, so that a template that means harm is told so soon, however many pictures of it are wanted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Budget:
    """What is left for one drawing, or for all drawings of one check. processor: seconds of a processor; clock: seconds that may pass
    while something is drawn. A drawing takes off what it used; one that was refused takes all."""

    processor: float = 6.0
    clock: float = 30.0

    @classmethod
    def of_check(cls) -> Budget:
        """For all drawings of one check of a template: an ordinary one needs 0.3 s, a photograph that fills an A4 page at 300 pixels per
        inch 2.6 s, and a check draws two or three."""
        return cls(processor=5.0, clock=7.0)

    @property
    def spent(self) -> bool:
        """Whether nothing more may be drawn."""
        return self.processor <= 0 or self.clock <= 0

    def took(self, processor: float, clock: float) -> None:
        """Take off what a drawing used, in seconds."""
        self.processor -= processor
        self.clock -= clock

    def end(self) -> None:
        """Let nothing more be drawn."""
        self.processor = self.clock = 0.0
