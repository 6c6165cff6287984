import MIMTensor

/// A published set of four IDX files: what they are called, where they lie, what they hash to.
package struct ImageArchive: Sendable {
  /// The word after `load`.
  package let name: String
  /// The folder names that are searched under each data folder; the first is made by `fetch`.
  package let folders: [String]
  /// The names of the classes.
  package let classNames: [String]
  /// Where `fetch=true` downloads from, in this order; each ends with a slash.
  package let mirrors: [String]
  /// The Debian package that installs the files; nil when there is none.
  package let debianPackage: String?
  /// The four files.
  package let trainImages: Part
  package let trainLabels: Part
  package let testImages: Part
  package let testLabels: Part

  /// One file.
  package struct Part: Sendable {
    /// Its name without `.gz`.
    package let name: String
    /// SHA-256 of its unpacked bytes: packings differ between mirrors, the content does not.
    package let contentSHA256: String

    package init(name: String, contentSHA256: String) {
      self.name = name
      self.contentSHA256 = contentSHA256
    }
  }

  package init(
    name: String, folders: [String], classNames: [String], mirrors: [String],
    debianPackage: String?, trainImages: Part, trainLabels: Part, testImages: Part,
    testLabels: Part
  ) {
    self.name = name
    self.folders = folders
    self.classNames = classNames
    self.mirrors = mirrors
    self.debianPackage = debianPackage
    self.trainImages = trainImages
    self.trainLabels = trainLabels
    self.testImages = testImages
    self.testLabels = testLabels
  }

  /// The files in the order in which they are looked for.
  var parts: [Part] { [trainImages, trainLabels, testImages, testLabels] }

  /// The MNIST digits (LeCun, Bottou, Bengio & Haffner 1998).
  package static let mnist = ImageArchive(
    name: "mnist", folders: ["mnist"],
    classNames: (0...9).map(String.init),
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
    debianPackage: nil,
    trainImages: Part(
      name: "train-images-idx3-ubyte",
      contentSHA256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    trainLabels: Part(
      name: "train-labels-idx1-ubyte",
      contentSHA256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    testImages: Part(
      name: "t10k-images-idx3-ubyte",
      contentSHA256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    testLabels: Part(
      name: "t10k-labels-idx1-ubyte",
      contentSHA256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"))

  /// Fashion-MNIST (Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747).
  package static let fashion = ImageArchive(
    name: "fashion", folders: ["fashion-mnist", "fashion"],
    classNames: [
      "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
      "Ankle boot",
    ],
    mirrors: [
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ],
    debianPackage: "dataset-fashion-mnist",
    trainImages: Part(
      name: "train-images-idx3-ubyte",
      contentSHA256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
    trainLabels: Part(
      name: "train-labels-idx1-ubyte",
      contentSHA256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
    testImages: Part(
      name: "t10k-images-idx3-ubyte",
      contentSHA256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
    testLabels: Part(
      name: "t10k-labels-idx1-ubyte",
      contentSHA256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"))
}
