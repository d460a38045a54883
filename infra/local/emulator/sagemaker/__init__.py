"""SageMaker for MiniStack: its checks here, its work in the local SageMaker server, which only this package calls."""
