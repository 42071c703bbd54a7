"""What the files of config/ must agree on with each other and with the kinds that the code knows."""

from pathlib import Path

from config.limits import BroadcastLimits
from config.policy.model import Policy
from config.reminder_kinds import Reminding
from config.toml_errors import instead
from config.toml_files import CONFIG, wrong
from storage.people.roles import RoleKind


def check_events(policy: Policy, folder: Path = CONFIG) -> None:
    """Refuse a kind of event that belongs to no item of this policy. Raises ConfigError."""
    path = folder / "reminders.toml"
    for kind, code in Reminding.load(path).event_items.items():
        if code not in policy.items:
            raise wrong(path, ("event_items", kind), f"没有事项“{code}”，{instead(code, list(policy.items))}")


def check_approvals(folder: Path = CONFIG) -> None:
    """Refuse a step of approval by a kind of role that there is not. Raises ConfigError."""
    path = folder / "broadcasts.toml"
    for number, step in enumerate(BroadcastLimits.load(path).approvals):
        for kind in sorted(step.kinds):
            if kind not in list(RoleKind):
                what = f"kinds 里的“{kind}”不是角色，{instead(kind, list(RoleKind))}"
                raise wrong(path, ("approval", number, "kinds"), what)
