import HDF5
import Tensors

extension HDF5File {
    /// A dataset as a tensor.
    public func tensor(_ path: String) throws -> Tensor {
        let (shape, values) = try floats(at: path)
        return Tensor(shape: shape, values: values)
    }
}
