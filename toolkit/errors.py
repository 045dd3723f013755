"""Errors meant for people; each message gives the value, what is allowed and the next step.

::

    PlayreelError
      BadRequest           the caller's fault: field, value, allowed range        exit code 2
        ManifestError      file:line:column of a batch manifest and what it allows
      ModelError                                                                  exit code 2
        ModelNotFound      which file is missing and the command that restores it
        ModelMismatch      expected and actual hash, input names or shapes
      ProviderUnavailable  asked for, available                                   exit code 2
      OutputError          path and what stops us from writing there              exit code 2
      ResourceLimit        what would be exceeded and the smaller request         exit code 6
        StoreUnavailable   the server's records cannot be written now
      JobCancelled         stopped on request between two steps                   exit code 4
      JobFailed            the server could not finish the job; why               exit code 1
      ServerUnreachable    no server answers; how to start one                    exit code 3
      NotAllowed           token or protocol version was refused                  exit code 5
      ClusterUnreachable   no Ray cluster answers at the address                  exit code 3
      LockfileChanged      what of a batch differs from its lockfile              exit code 7
"""


class PlayreelError(Exception):
    """A failure with one clear sentence for the person at the keyboard."""

    exit_code = 2


class BadRequest(PlayreelError):
    """The request asks for something that is not allowed."""


class ModelError(PlayreelError):
    """A model bundle cannot be used."""


class ModelNotFound(ModelError):
    """A bundle, or a file of it, is missing."""


class ModelMismatch(ModelError):
    """A bundle's file differs from what its ``model.json`` promises."""


class ProviderUnavailable(PlayreelError):
    """The execution provider asked for does not work on this machine."""


class OutputError(PlayreelError):
    """The result cannot be written where it should go."""


class ResourceLimit(PlayreelError):
    """The request needs more than this machine or server allows."""

    exit_code = 6


class StoreUnavailable(ResourceLimit):
    """The server's records cannot be written now: disk full, locked or damaged."""


class JobFailed(PlayreelError):
    """The server could not finish the job."""

    exit_code = 1


class ServerUnreachable(PlayreelError):
    """No server answers where one should."""

    exit_code = 3


class NotAllowed(PlayreelError):
    """The server refused the token or the protocol version."""

    exit_code = 5


class JobCancelled(PlayreelError):
    """The job stopped because somebody asked it to."""

    exit_code = 4


class ManifestError(BadRequest):
    """A batch manifest says something that is not allowed; one line per place."""


class ClusterUnreachable(PlayreelError):
    """No Ray cluster answers where one should."""

    exit_code = 3


class LockfileChanged(PlayreelError):
    """A locked batch would make something else than its lockfile says."""

    exit_code = 7
