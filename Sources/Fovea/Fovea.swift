@_exported import Metrics
