"""PowerShell, read and never run: what rules import."""

from include.script_review.powershell.call import Call
from include.script_review.powershell.command import Command
from include.script_review.powershell.function import Function, Parameter
from include.script_review.powershell.script import Script
from include.script_review.powershell.value import Value

__all__ = ["Call", "Command", "Function", "Parameter", "Script", "Value"]
