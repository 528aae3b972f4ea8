// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"

namespace cv { namespace derand {

namespace {

typedef std::vector<Ptr<CertifiedClassifier> > Classifiers;

void checkTogether(const Classifiers& all)
{
    if (all.empty())
        CV_Error(Error::StsBadArg, "no classifiers, expected at least one");
    const CertifiedClassifier::Params none;
    std::vector<String> labels;
    for (size_t i = 0; i < all.size(); i++)
    {
        if (!all[i])
            CV_Error_(Error::StsBadArg, ("classifier %d is empty, expected one from CertifiedClassifier::create()", (int)i));
        if (std::count(all.begin(), all.end(), all[i]) > 1)
            CV_Error_(Error::StsBadArg, ("classifier %d occurs twice: its votes would count twice, and the second time as if they were "
                    "those of another net", (int)i));
        const CertifiedClassifier::Params params = all[i]->getParams(), first = all[0]->getParams();
        if (params.rule != first.rule)
            CV_Error_(Error::StsBadArg, ("classifier %d has Params::rule %d, the first one %d: expected the same in all", (int)i,
                    params.rule, first.rule));
        if (params.earlyStop != none.earlyStop)
            CV_Error_(Error::StsBadArg, ("classifier %d has Params::earlyStop, expected none: partial certificates cannot be joined",
                    (int)i));
        if (!params.labels.empty() && !labels.empty() && params.labels != labels)
            CV_Error_(Error::StsBadArg, ("classifier %d has other names of classes (Params::labels) than one before it: expected the "
                    "same classes in the same order", (int)i));
        if (labels.empty())
            labels = params.labels;
    }
}

class JoinedClassifierImpl CV_FINAL : public JoinedClassifier
{
public:
    explicit JoinedClassifierImpl(const Classifiers& all) : classifiers(all) {}

    Certificate classify(InputArray frame, const Rect& roi) CV_OVERRIDE
    {
        CV_TRACE_FUNCTION();
        checkTogether(classifiers); // their settings may have changed
        std::vector<Certificate> certificates;
        for (const Ptr<CertifiedClassifier>& classifier : classifiers)
            certificates.push_back(classifier->classify(frame, roi));
        return Certificate::join(certificates);
    }

    Classifiers getClassifiers() const CV_OVERRIDE { return classifiers; }

private:
    Classifiers classifiers;
};

} // namespace

JoinedClassifier::~JoinedClassifier() {}

Ptr<JoinedClassifier> JoinedClassifier::create(const std::vector<Ptr<CertifiedClassifier> >& classifiers)
{
    checkTogether(classifiers);
    return makePtr<JoinedClassifierImpl>(classifiers);
}

Ptr<JoinedClassifier> JoinedClassifier::create(const std::vector<String>& models)
{
    Classifiers all;
    for (const String& model : models)
        all.push_back(CertifiedClassifier::create(model));
    return create(all);
}

}} // namespace cv::derand
