// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_CERTIFICATE_HPP
#define OPENCV_DERAND_CERTIFICATE_HPP

#include "opencv2/derand/ablation.hpp"
#include "opencv2/derand/frame_map.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

/** @brief How a lead in votes becomes a proof.

Notation: ablation `i` votes \f$v_{ic} \in \{0, 1\}\f$ for class `c`, \f$n_c = \sum_i v_{ic}\f$, and a
patch at location `a` touches the ablations \f$A(a)\f$. The label is the class with the largest
\f$n_c\f$, ties to the smaller index; -1 if all of them are 0.
 */
enum CertificateRule
{
    /** Every location is checked: \f$\sum_{i \notin A(a)} (v_{ic} - v_{ic'}) \ge |A(a)| + [c > c']\f$
    for all `a` and all \f$c' \ne c\f$. Holds exactly when no answer of a black-box net on the
    touched ablations changes the label. */
    CERTIFICATE_LOCATION = 0,
    /** Theorems 1 and 2 of @cite Levine2020 : \f$n_c \ge n_{c'} + [c > c'] + 2 D\f$ with
    \f$D = \max_a |A(a)|\f$. Implies the location rule. */
    CERTIFICATE_MARGIN = 1
};

/** @brief Elements of a vote table, see certify(): 0, or VOTE_CODE_VOTED, or either of them with VOTE_CODE_EITHER; or
VOTE_CODE_NOT_EVALUATED in a whole row.
 */
enum VoteCode
{
    VOTE_CODE_VOTED         = 1, //!< bit: the ablation voted for the class
    VOTE_CODE_EITHER        = 2, //!< bit: within the numeric tolerance, so another run may vote otherwise; the proof assumes the worse
    VOTE_CODE_NOT_EVALUATED = 6  //!< the ablation of this row was not evaluated; the proof assumes any votes
};

/** @brief A label and the proof of it.

Keeps its votes, so it answers for every patch size, group and number of patches later too, without
another inference. A patch is a rectangle of frame pixels, anywhere in the frame, of any content; a
side longer than the frame counts as covering it. What is certified for a patch size is certified
for every patch that fits inside it.

The certificate says that the label cannot be changed, not that it is right. It is symmetric: if the
observed frame is certified, its label is also the label of the same scene without the patch that may
already be in it.

Where no ablation votes for any class there is no label: the frame *abstains*, label is -1, and nothing holds, whatever the
patch. A label that holds cannot be made to abstain either.
 */
class CV_EXPORTS_W_SIMPLE Certificate
{
public:
    //! Statistics of the evaluation that the certificate stands on. Of several frames: their sums.
    struct CV_EXPORTS_W_SIMPLE Run
    {
        CV_WRAP Run();
        CV_PROP int ablations; //!< number of ablations
        CV_PROP int abstained; //!< ablations that voted for no class
        CV_PROP int invalid;   //!< of these, the ones with NaN or Inf among their scores; the proof counts them as possible votes for any class
        CV_PROP int evaluated; //!< ablations that went through the net for this frame; without a net, all rows of the table but those of VOTE_CODE_NOT_EVALUATED
        CV_PROP int reused;    //!< ablations whose votes were kept from the last frame, see CertifiedClassifier::Params::reuse. evaluated + reused < ablations: the certificate is partial, stopped early, and the proof counts the others as possible votes for any class
    };

    CV_WRAP Certificate(); //!< empty: label -1, holds for nothing; safeMap() and getVotes() refuse it

    CV_PROP int label;         //!< class with the most votes, ties to the smaller index; -1: nobody voted (abstains), or empty certificate
    CV_PROP int votes;         //!< its votes, 0..run.ablations
    CV_PROP int runnerUp;      //!< best other class, ties to the smaller index; -1 where label is
    CV_PROP int runnerUpVotes; //!< its votes, 0..run.ablations
    CV_PROP int patch;         //!< side of the largest square patch it holds for, frame pixels; 0: none
    CV_PROP int inputPatch;    //!< the same in network-input pixels
    CV_PROP Certificate::Run run; //!< what it took to get there

    /** @brief True: no content of so many such patches, anywhere in the frame, changes the label.

    Exact for one patch, for several patches on columns and rows, and for two on blocks; for more on
    blocks, and for the margin rule, the sum of the worst single patches is assumed.
    @param patchSize size of each patch, frame pixels, >= 1
    @param count number of patches, >= 1; they may overlap
     */
    CV_WRAP bool holds(const Size& patchSize, int count = 1) const;

    /** @brief True: no such patch turns the label into one outside the group, e.g. "stays a speed limit", or makes it -1.
    @param group class indices, at least one
    @param patchSize size of the patch, frame pixels, >= 1
     */
    CV_WRAP bool staysIn(const std::vector<int>& group, const Size& patchSize) const;

    /** @brief True: no such patch turns the label into target, e.g. "never becomes a stop sign". It may become -1.
    @param target class index
    @param patchSize size of the patch, frame pixels, >= 1
     */
    CV_WRAP bool neverBecomes(int target, const Size& patchSize) const;

    /** @brief Where a patch could change the label.
    @param patchSize size of the patch, frame pixels, >= 1; clamped to the frame
    @param map output, CV_8UC1, one element for each top-left corner of the patch inside the frame,
           `(frame.width - patchSize.width + 1) x (frame.height - patchSize.height + 1)`;
           255: no content of a patch there changes the label, 0: not proven. The margin rule takes
           the number of ablations touched there in place of D. At most INT_MAX elements (Error::StsOutOfRange)
     */
    CV_WRAP void safeMap(const Size& patchSize, OutputArray map) const;

    /** @brief The votes that the certificate stands on, as certify() takes them.
    @param table output, CV_8UC1, one row for each ablation and one column for each class, see VoteCode
     */
    CV_WRAP void getVotes(OutputArray table) const;

    /** @brief Certificate over the votes of several frames, e.g. of a camera that watches one object.

    The label has the most votes of all frames together. Patches (as many as asked for) may be in every frame, in each
    at other locations and with other content: from the lead \f$\sum_t (n_{tc} - n_{tc'})\f$ each frame `t` can lose what its
    worst location takes, and what is left must be at least \f$[c > c']\f$. staysIn() and neverBecomes() ask for one class of the
    group that leads wherever the patches are: sound, but less than the exact answer for one frame. Patch
    sizes are in the pixels of each frame; safeMap() is refused, getVotes() stacks the tables.

    Partial certificates (see Run) are refused with Error::StsBadArg: the pooled label counts the votes
    that were evaluated, and where CertifiedClassifier::Params::earlyStop ends an evaluation depends on what the frame shows, so
    a patch could take away votes that it does not touch. Evaluate frames that are to be pooled fully, with an empty earlyStop.
    @param certificates at least one, of the same classes, none of them partial, of 2^27 ablations together at most
     */
    static CV_WRAP Certificate pool(const std::vector<Certificate>& certificates);

private:
    struct Impl;
    friend struct CertificateMaker;
    explicit Certificate(const Ptr<Impl>& p);

    Ptr<Impl> impl;
};

/** @brief Certificate of a vote table from anywhere.

@param votes CV_8UC1, one row for each ablation (Ablation::count() rows), one column for each class
       (at least 2), see VoteCode; the certificate is partial if a row was not evaluated
@param ablation what the rows retained
@param frame how the frame became the network input; empty: patch sizes are in network-input pixels
@param rule CertificateRule
 */
CV_EXPORTS_W Certificate certify(InputArray votes, const Ablation& ablation,
        const FrameMap& frame = FrameMap(), int rule = CERTIFICATE_LOCATION);

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_CERTIFICATE_HPP
