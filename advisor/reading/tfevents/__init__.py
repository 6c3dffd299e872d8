"""TensorBoard's event files, from bytes to curves; neither TensorBoard nor protobuf is needed.

tfrecord (with frames and crc32c) finds the records; events (with wire, tensors, histograms and hparams) explains one of them; templates
(with rows) reads thousands that are alike at once; book and points hold what all of them said, and curves are what comes out.
"""
