import Foundation

extension Reference {
    /// The works behind the methods, by author.
    static let all: [Reference] = [
        Reference(
            key: "abnar2020", authors: "Abnar, Samira and Zuidema, Willem", year: 2020,
            title: "Quantifying Attention Flow in Transformers", venue: "ACL", type: "inproceedings",
            identifier: "2005.00928"),
        Reference(
            key: "adebayo2018",
            authors: "Adebayo, Julius and Gilmer, Justin and Muelly, Michael and Goodfellow, Ian and "
                + "Hardt, Moritz and Kim, Been", year: 2018, title: "Sanity Checks for Saliency Maps", venue: "NeurIPS",
            type: "inproceedings", identifier: "1810.03292"),
        Reference(
            key: "adebayo2018local",
            authors: "Adebayo, Julius and Gilmer, Justin and Goodfellow, Ian and Kim, Been", year: 2018,
            title: "Local Explanation Methods for Deep Neural Networks Lack Sensitivity to Parameter Values",
            venue: "ICLR Workshop", type: "inproceedings", identifier: "1810.03307"),
        Reference(
            key: "alain2017", authors: "Alain, Guillaume and Bengio, Yoshua", year: 2017,
            title: "Understanding Intermediate Layers Using Linear Classifier Probes", venue: "ICLR Workshop",
            type: "inproceedings", identifier: "1610.01644"),
        Reference(
            key: "arras2017",
            authors: "Arras, Leila and Montavon, Gr{\\'e}goire and M{\\\"u}ller, Klaus-Robert and Samek, Wojciech",
            year: 2017,
            title: "Explaining Recurrent Neural Network Predictions in Sentiment Analysis", venue: "WASSA",
            type: "inproceedings", identifier: "1706.07206"),
        Reference(
            key: "arras2022", authors: "Arras, Leila and Osman, Ahmed and Samek, Wojciech", year: 2022,
            title: "CLEVR-XAI: A Benchmark Dataset for the Ground Truth Evaluation of Neural Network Explanations",
            venue: "Information Fusion", type: "article", identifier: "10.1016/j.inffus.2021.11.008"),
        Reference(
            key: "bach2015",
            authors: "Bach, Sebastian and Binder, Alexander and Montavon, Gr{\\'e}goire and Klauschen, Frederick and "
                + "M{\\\"u}ller, Klaus-Robert and Samek, Wojciech", year: 2015,
            title: "On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance Propagation",
            venue: "PLoS ONE", type: "article", identifier: "10.1371/journal.pone.0130140"),
        Reference(
            key: "deyoung2020",
            authors:
                "DeYoung, Jay and Jain, Sarthak and Rajani, Nazneen Fatema and Lehman, Eric and Xiong, Caiming and "
                + "Socher, Richard and Wallace, Byron C.", year: 2020,
            title: "ERASER: A Benchmark to Evaluate Rationalized NLP Models", venue: "ACL", type: "inproceedings",
            identifier: "1911.03429"),
        Reference(
            key: "efron1993", authors: "Efron, Bradley and Tibshirani, Robert J.", year: 1993,
            title: "An Introduction to the Bootstrap", venue: "Chapman \\& Hall", type: "book",
            identifier: "10.1201/9780429246593"),
        Reference(
            key: "fawcett2006", authors: "Fawcett, Tom", year: 2006, title: "An Introduction to ROC Analysis",
            venue: "Pattern Recognition Letters", type: "article", identifier: "10.1016/j.patrec.2005.10.010"),
        Reference(
            key: "hooker2019",
            authors: "Hooker, Sara and Erhan, Dumitru and Kindermans, Pieter-Jan and Kim, Been", year: 2019,
            title: "A Benchmark for Interpretability Methods in Deep Neural Networks", venue: "NeurIPS",
            type: "inproceedings", identifier: "1806.10758"),
        Reference(
            key: "jain2019", authors: "Jain, Sarthak and Wallace, Byron C.", year: 2019,
            title: "Attention is not Explanation", venue: "NAACL-HLT", type: "inproceedings", identifier: "1902.10186"),
        Reference(
            key: "li2016", authors: "Li, Jiwei and Monroe, Will and Jurafsky, Dan", year: 2016,
            title: "Understanding Neural Networks through Representation Erasure", venue: "arXiv preprint",
            type: "misc",
            identifier: "1612.08220"),
        Reference(
            key: "lin1991", authors: "Lin, Jianhua", year: 1991,
            title: "Divergence Measures Based on the Shannon Entropy",
            venue: "IEEE Transactions on Information Theory", type: "article", identifier: "10.1109/18.61115"),
        Reference(
            key: "mohankumar2020",
            authors: "Mohankumar, Akash Kumar and Nema, Preksha and Narasimhan, Sharan and Khapra, Mitesh M. and "
                + "Srinivasan, Balaji Vasan and Ravindran, Balaraman", year: 2020,
            title: "Towards Transparent and Explainable Attention Models", venue: "ACL", type: "inproceedings",
            identifier: "2004.14243"),
        Reference(
            key: "samek2017",
            authors: "Samek, Wojciech and Binder, Alexander and Montavon, Gr{\\'e}goire and Lapuschkin, Sebastian and "
                + "M{\\\"u}ller, Klaus-Robert", year: 2017,
            title: "Evaluating the Visualization of What a Deep Neural Network Has Learned",
            venue: "IEEE Transactions on Neural Networks and Learning Systems", type: "article",
            identifier: "10.1109/TNNLS.2016.2599820"),
        Reference(
            key: "serrano2019", authors: "Serrano, Sofia and Smith, Noah A.", year: 2019,
            title: "Is Attention Interpretable?", venue: "ACL", type: "inproceedings", identifier: "1906.03731"),
        Reference(
            key: "shrikumar2016",
            authors: "Shrikumar, Avanti and Greenside, Peyton and Shcherbina, Anna and Kundaje, Anshul", year: 2016,
            title: "Not Just a Black Box: Learning Important Features Through Propagating Activation Differences",
            venue: "arXiv preprint", type: "misc", identifier: "1605.01713"),
        Reference(
            key: "simonyan2014", authors: "Simonyan, Karen and Vedaldi, Andrea and Zisserman, Andrew", year: 2014,
            title: "Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps",
            venue: "ICLR Workshop", type: "inproceedings", identifier: "1312.6034"),
        Reference(
            key: "smilkov2017",
            authors:
                "Smilkov, Daniel and Thorat, Nikhil and Kim, Been and Vi{\\'e}gas, Fernanda and Wattenberg, Martin",
            year: 2017, title: "SmoothGrad: Removing Noise by Adding Noise", venue: "arXiv preprint", type: "misc",
            identifier: "1706.03825"),
        Reference(
            key: "sundararajan2017", authors: "Sundararajan, Mukund and Taly, Ankur and Yan, Qiqi", year: 2017,
            title: "Axiomatic Attribution for Deep Networks", venue: "ICML", type: "inproceedings",
            identifier: "1703.01365"),
        Reference(
            key: "wiegreffe2019", authors: "Wiegreffe, Sarah and Pinter, Yuval", year: 2019,
            title: "Attention is not not Explanation", venue: "EMNLP-IJCNLP", type: "inproceedings",
            identifier: "1908.04626"),
        Reference(
            key: "yeh2019",
            authors:
                "Yeh, Chih-Kuan and Hsieh, Cheng-Yu and Suggala, Arun Sai and Inouye, David I. and Ravikumar, Pradeep",
            year: 2019, title: "On the (In)fidelity and Sensitivity of Explanations", venue: "NeurIPS",
            type: "inproceedings", identifier: "1901.09392"),
        Reference(
            key: "zeiler2014", authors: "Zeiler, Matthew D. and Fergus, Rob", year: 2014,
            title: "Visualizing and Understanding Convolutional Networks", venue: "ECCV", type: "inproceedings",
            identifier: "1311.2901"),
    ]

    /// The works of some keys, in the order of `all`.
    static func cited(_ keys: Set<String>) -> [Reference] { all.filter { keys.contains($0.key) } }

    /// Every key.
    static let keys = Set(all.map(\.key))

    /// The authors' last names for running text: `Jain & Wallace`, `DeYoung et al.`.
    var shortAuthors: String {
        let names = authors.components(separatedBy: " and ").map { String($0.prefix { $0 != "," }) }
            .map { $0.replacing("{\\'e}", with: "é").replacing("{\\\"u}", with: "ü") }
        return names.count > 2 ? "\(names[0]) et al." : names.joined(separator: " & ")
    }
}
