"""patching.py: a patch that does not fit stops the start."""

import pytest

from emulator import patching


def test_a_missing_symbol_is_a_misfit():
    with pytest.raises(patching.Misfit, match=r'ministack\.app\._gone does not exist'):
        patching.wrap('ministack.app', '_gone', '', lambda original: original)


def test_other_parameters_are_a_misfit():
    with pytest.raises(patching.Misfit, match=r'_port_is_bindable takes \(host, port\), expected \(port, …\)'):
        patching.symbol('ministack.app', '_port_is_bindable', 'port')


@pytest.mark.parametrize('text', ['none', 'twice twice'])
def test_a_text_that_is_not_there_once_is_a_misfit(text):
    with pytest.raises(patching.Misfit, match='not once'):
        patching.substitute(text, 'twice', 'x', 'here')


def test_another_version_is_a_misfit(monkeypatch):
    monkeypatch.setattr(patching, 'version', lambda package: '9.9.9')
    with pytest.raises(patching.Misfit, match=r'fit ministack 1\.5\.33, but 9\.9\.9 is installed'):
        patching.require_pinned_version()
