import HDF5
import Testing

@Test("smoke") func smoke() throws {
    let clock = ContinuousClock()
    for _ in 0..<3 {
        let start = clock.now
        let file = try HDF5File(path: "/work/shared/reference/hostile/float64.h5")
        print(file.objects.count, clock.now - start)
        for object in file.objects { print(object.path, object.kind, object.shape, object.problem ?? "") }
        print(try file.stringsAttribute("layer_names", at: "/model_weights") ?? [])
        print(try file.floats(at: "/model_weights/lstm/lstm/lstm_cell/kernel:0").values.prefix(3))
        print(clock.now - start)
    }
}
