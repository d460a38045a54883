"""S3's events on EventBridge have AWS's shape.

MiniStack: `detail.object` never has `version-id`, `detail` has an `event-version`, and `time` has milliseconds.
AWS: `detail.object["version-id"]` is there for every object of a versioned bucket; there is no `event-version`; `time`
has whole seconds, so that only `sequencer` orders the versions of a key.
"""

import contextvars
import json

from emulator.patching import wrap

WHOLE_SECONDS = len('2013-01-01T05:00:00')
_version_id: contextvars.ContextVar[str | None] = contextvars.ContextVar('s3_event_version_id', default=None)


def apply() -> None:
    wrap('ministack.services.s3', '_fire_s3_event', 'bucket_name key event_name', _remember_version)
    wrap('ministack.services.eventbridge', '_dispatch_event', 'event view', _as_on_aws)


def _remember_version(original):
    def fire(*args, version_id=None, **kwargs):
        token = _version_id.set(version_id)
        try:
            return original(*args, version_id=version_id, **kwargs)
        finally:
            _version_id.reset(token)

    return fire


def _as_on_aws(original):
    def dispatch(event, view=None):
        if event.get('Source') == 'aws.s3':
            detail = json.loads(event['Detail'])
            detail.pop('event-version', None)
            if _version_id.get():
                detail['object']['version-id'] = _version_id.get()
            event = {**event, 'Detail': json.dumps(detail), 'Time': event['Time'][:WHOLE_SECONDS] + 'Z'}
            # A view is made of the event, and must be made of the new one.
            view = None
        return original(event, view)

    return dispatch
