import pytest

from .cloud import Cloud
from .fake_sagemaker import FakeSageMaker


@pytest.fixture(scope='session')
def _sagemaker_server():
    fake = FakeSageMaker()
    yield fake
    fake.close()


@pytest.fixture
def sagemaker(_sagemaker_server):
    """Local SageMaker's stand-in, as new for each test."""
    _sagemaker_server.answers.clear()
    _sagemaker_server.requests.clear()
    return _sagemaker_server


@pytest.fixture(scope='session')
def cloud(tmp_path_factory, _sagemaker_server):
    """One emulator for all tests, which therefore use names of their own."""
    cloud = Cloud(tmp_path_factory.mktemp('cloud'), _sagemaker_server.url)
    cloud.start()
    yield cloud
    cloud.stop()


@pytest.fixture
def own_cloud(tmp_path, sagemaker):
    """An emulator for a test that ends it."""
    cloud = Cloud(tmp_path, sagemaker.url)
    cloud.start()
    yield cloud
    if cloud.process.poll() is None:
        cloud.stop()
